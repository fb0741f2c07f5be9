from socketio import exceptions as exceptions
from socketio import packet as packet
from socketio.client import Client as Client
from socketio.client import SimpleClient as SimpleClient
from socketio.manager import Manager as Manager
from socketio.server import Server as Server
