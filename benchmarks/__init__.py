"""What Planmap costs in time and memory, beside what a user could pick instead: ``python -m benchmarks``."""
