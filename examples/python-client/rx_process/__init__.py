"""Channels of rx-process (its dialect rx-process.v1) in asyncio; docs/protocol.md has the reasons."""

from .channel import Channel, Event, Gap, Presence, Subscribed
from .client import Client
from .connection import ChannelError

__all__ = ["Channel", "ChannelError", "Client", "Event", "Gap", "Presence", "Subscribed"]
