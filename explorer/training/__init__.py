"""Training as jobs: recipes, the cluster that runs them, and the runs they leave behind."""
