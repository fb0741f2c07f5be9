"""Preview pictures of kept matches, for links that are pasted elsewhere. Drawn in processes of their own."""
