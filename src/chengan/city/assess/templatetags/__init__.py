"""What assess's pages say of what a job stored."""
