"""What the keeper of an installation does to all of it at once: seal anew, back up, restore. As the owner of the tables."""
