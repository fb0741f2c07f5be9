from socketio import exceptions as exceptions
from socketio import packet as packet
from socketio.client import Client as Client
from socketio.client import SimpleClient as SimpleClient
from socketio.manager import Manager as Manager
from socketio.pubsub_manager import PubSubManager as PubSubManager
from socketio.redis_manager import RedisManager as RedisManager
from socketio.server import Server as Server
