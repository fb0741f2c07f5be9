"""The edge: what people, pages and operators reach: connections, commands, pages, tokens, limits."""
