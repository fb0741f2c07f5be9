"""The edge: what speaks HTTP, WebSocket, Engine.IO and Socket.IO to the outside."""
