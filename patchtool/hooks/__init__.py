"""git's hooks: the scripts in a repository, and what git hands to each of them."""
