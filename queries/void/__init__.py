"""What a generation holds, counted for its description: https://www.w3.org/TR/void/."""
