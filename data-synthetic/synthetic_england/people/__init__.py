"""Who is in a block, what they have, when they start the drug, and what is planned for them."""
