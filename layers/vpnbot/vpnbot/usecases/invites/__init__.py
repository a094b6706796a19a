"""What becomes of the reward of an invitation."""
