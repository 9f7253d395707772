"""What newsarc is measured by: how fast it is, and how well it says where events went. Run from the checkout."""
