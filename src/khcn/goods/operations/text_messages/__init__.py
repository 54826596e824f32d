"""Text messages (SMS) to those who have recalled goods, through the gateway that the settings name."""
