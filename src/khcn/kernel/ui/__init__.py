"""What every page shares: the template environment, the frame, the icons. Knows no register."""
