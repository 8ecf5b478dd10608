"""What the region is good at, and on what it hangs."""
