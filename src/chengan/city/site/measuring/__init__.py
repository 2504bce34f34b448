"""What the benches measure with: a throwaway city, its sensors, and devices that send."""
