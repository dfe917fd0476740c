"""An attacker of our own: what can be added up from all that a report shows, and the least repair.

`quantities` says which cells are one number, `facts` what a reader knows of them, `systems` which
of them belong together, `solve` what follows, and `repair` what else has to be hidden.
"""
