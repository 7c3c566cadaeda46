"""What kwtools costs: one module a group of workloads, each with its floor or peer."""
