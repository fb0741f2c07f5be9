"""The transport: HTTP, WebSocket, Engine.IO and Socket.IO for any Flask app; it knows no game."""
