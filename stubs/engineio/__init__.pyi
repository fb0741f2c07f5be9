from engineio.client import Client as Client
from engineio.server import Response as Response
from engineio.server import Server as Server
