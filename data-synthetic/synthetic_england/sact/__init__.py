"""What SACT records of applicants to the Cancer Drugs Fund, and what its rules make of it."""
