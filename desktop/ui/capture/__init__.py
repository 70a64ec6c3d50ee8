"""The guided capture: from the notice to the receipt."""
