"""What every city begins with: roles, kinds of objects, observed properties, default limits."""
