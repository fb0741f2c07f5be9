"""Records: ended matches are kept with their journals and rules, so that each can be seen and checked."""
