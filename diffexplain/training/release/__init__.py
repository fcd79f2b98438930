"""What ships: packed from a workspace, or laid out as one."""
