"""The Cancer Drugs Fund methods: applications, SACT records, and what is derived from them.

The rules are those that the National Disease Registration Service has published for drugs in the
fund: "SACT methodology for Cancer Drugs Fund treatments" (NHS England, NDRS). SACT is the Systemic
Anti-Cancer Therapy data set. Everything here takes small pandas frames keyed by `study_id`.
"""
