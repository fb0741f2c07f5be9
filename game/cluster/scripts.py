"""The Lua scripts that decide ownership. Each runs as one step in Redis, and only on keys of one hash slot.

An owner is a hash with the fields `wid` (a lease id), `epoch`, `base`: the epoch that the room had when
keys were lost, and `match`: the number of the match whose journal `past` holds. Every script that writes for
an owner compares (wid, epoch) first and answers 0 when they differ: that is the fence.
"""

ROOM_TTL_MS = 6 * 3600 * 1000
RESULT_TTL_MS = 24 * 3600 * 1000

HEARTBEAT = """
-- KEYS hb, idx, era; ARGV lease id, info, lease ms, first (1 or 0), a new store generation.
-- Answer: the store generation, or nil: the lease has ended.
local put
if ARGV[4] == '1' then put = redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
else put = redis.call('SET', KEYS[1], ARGV[2], 'XX', 'PX', ARGV[3]) end
if not put then return nil end
redis.call('SET', KEYS[3], ARGV[5], 'NX')
local time = redis.call('TIME')
redis.call('ZADD', KEYS[2], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3], ARGV[1])
return redis.call('GET', KEYS[3])
"""

LEASES = """
-- KEYS idx; ARGV the prefix of hb. Answer: lease id, info (false: it has ended), lease id, info, …
local answer = {}
for _, lease in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  answer[#answer + 1] = lease
  answer[#answer + 1] = redis.call('GET', ARGV[1] .. lease)
end
return answer
"""

_KEEP_PAST = """
-- Put data into past at its place, if past is of this match and reaches up to there. Answer: 1, or 2: it does
-- not. Past ends where the checkpoint does that is written with it, or behind that, never before.
local function keep_past(own, past, match, at, data, ttl)
  at = tonumber(at)
  if at == 0 then
    if data == '' then redis.call('DEL', past) else redis.call('SET', past, data, 'PX', ttl) end
    redis.call('HSET', own, 'match', match)
    return 1
  end
  if redis.call('HGET', own, 'match') ~= match or redis.call('STRLEN', past) < at then
    redis.call('DEL', past)
    return 2
  end
  redis.call('SETRANGE', past, at, data)
  redis.call('PEXPIRE', past, ttl)
  return 1
end
"""

OPEN = (
    _KEEP_PAST
    + """
-- KEYS own, ck, jr, past; ARGV lease id, epoch, checkpoint, ttl, match, at, data (see keep_past).
-- A new room; 0 if the code is taken.
if redis.call('EXISTS', KEYS[1]) == 1 then
  local own = redis.call('HMGET', KEYS[1], 'wid', 'epoch')
  if own[1] ~= ARGV[1] or own[2] ~= ARGV[2] then return 0 end
end
redis.call('HSET', KEYS[1], 'wid', ARGV[1], 'epoch', ARGV[2], 'base', 0)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
redis.call('DEL', KEYS[3])
return keep_past(KEYS[1], KEYS[4], ARGV[5], ARGV[6], ARGV[7], ARGV[4])
"""
)

ASIDE_TTL_MS = 7 * 24 * 3600 * 1000
ROOMS_TTL_MS = 3600 * 1000

CLAIM = """
-- KEYS own, ck, jr, past, chat, aside, aside_jr, aside_past; ARGV new lease id, expected lease id, expected
-- epoch, ttl, for how long a copy of the record is set aside (0: not at all).
-- Answer: epoch, checkpoint, journal, chat, past; or nil if the owner is another one.
local own = redis.call('HMGET', KEYS[1], 'wid', 'epoch')
if own[1] ~= ARGV[2] or own[2] ~= ARGV[3] then return nil end
local epoch = own[2] + 1
redis.call('HSET', KEYS[1], 'wid', ARGV[1], 'epoch', epoch)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if tonumber(ARGV[5]) > 0 then
  for k = 2, 4 do
    redis.call('COPY', KEYS[k], KEYS[k + 4], 'REPLACE')
    redis.call('PEXPIRE', KEYS[k + 4], ARGV[5])
  end
end
local lines = {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[5], '-', '+')) do lines[#lines + 1] = entry[2][2] end
local checkpoint, past = redis.call('GET', KEYS[2]), redis.call('GET', KEYS[4])
return {epoch, checkpoint, redis.call('LRANGE', KEYS[3], 0, -1), lines, past}
"""

CHECKPOINT = (
    _KEEP_PAST
    + """
-- KEYS own, ck, jr, past; ARGV lease id, epoch, checkpoint, ttl, match, at, data (see keep_past).
-- The rows in jr begin again behind the checkpoint; past has them already.
local own = redis.call('HMGET', KEYS[1], 'wid', 'epoch')
if own[1] ~= ARGV[1] or own[2] ~= ARGV[2] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
redis.call('DEL', KEYS[3])
return keep_past(KEYS[1], KEYS[4], ARGV[5], ARGV[6], ARGV[7], ARGV[4])
"""
)

APPEND = """
-- KEYS own, jr; ARGV lease id, epoch, rows, ttl.
local own = redis.call('HMGET', KEYS[1], 'wid', 'epoch')
if own[1] ~= ARGV[1] or own[2] ~= ARGV[2] then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 1
"""

CHAT = """
-- KEYS own, chat, seen; ARGV lease id, epoch, line, player, n, id, ttl.
-- Answer: the line's id, the id that number n got before, -1 for a gap, 0 for another worker's room.
local own = redis.call('HMGET', KEYS[1], 'wid', 'epoch')
if own[1] ~= ARGV[1] or own[2] ~= ARGV[2] then return 0 end
local known = redis.call('HGET', KEYS[3], ARGV[4] .. ':' .. ARGV[5])
if known then return tonumber(known) end
local last = tonumber(redis.call('HGET', KEYS[3], ARGV[4]) or ARGV[5] - 1)
if tonumber(ARGV[5]) ~= last + 1 then return -1 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 500, '*', 'line', ARGV[3])
redis.call('HSET', KEYS[3], ARGV[4], ARGV[5], ARGV[4] .. ':' .. ARGV[5], ARGV[6])
if ARGV[5] - 32 > 0 then redis.call('HDEL', KEYS[3], ARGV[4] .. ':' .. (ARGV[5] - 32)) end
redis.call('PEXPIRE', KEYS[2], ARGV[7])
redis.call('PEXPIRE', KEYS[3], ARGV[7])
return tonumber(ARGV[6])
"""

RESULT = """
-- KEYS own, res; ARGV lease id, epoch, result, ttl, closed (1 or 0). The first result of a match stays; 2: it
-- was there already. The result of a room that has closed is taken without a record as well: Redis lost it.
local own = redis.call('HMGET', KEYS[1], 'wid', 'epoch')
if own[1] or ARGV[5] == '0' then
  if own[1] ~= ARGV[1] or own[2] ~= ARGV[2] then return 0 end
end
if redis.call('SET', KEYS[2], ARGV[3], 'NX', 'PX', ARGV[4]) then return 1 end
return 2
"""

TRANSFER = (
    _KEEP_PAST
    + """
-- KEYS own, ck, jr, past; ARGV lease id, epoch, new lease id, checkpoint, ttl, match, at, data (see
-- keep_past). Answer: the new epoch, or 0.
local own = redis.call('HMGET', KEYS[1], 'wid', 'epoch')
if own[1] ~= ARGV[1] or own[2] ~= ARGV[2] then return 0 end
local epoch = own[2] + 1
redis.call('HSET', KEYS[1], 'wid', ARGV[3], 'epoch', epoch)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5])
redis.call('DEL', KEYS[3])
keep_past(KEYS[1], KEYS[4], ARGV[6], ARGV[7], ARGV[8], ARGV[5])
return epoch
"""
)

RESTORE = (
    _KEEP_PAST
    + """
-- For a worker that runs the room.
-- KEYS own, ck, jr, past, chat, seen; ARGV new lease id, old lease id, epoch, checkpoint, ttl, match, at,
-- data (see keep_past). The room is its own again under a new lease id, also when the answer to an earlier
-- RESTORE was lost. Or Redis has lost keys, or has come back with old ones: epochs only rise, so a worker
-- whose epoch is higher than the stored one, or equal under another lease id, runs a newer room than the
-- record. Ties between two that were both restored are decided by the stored base.
-- Answer: the new epoch, or 0 when the room is another worker's. The checkpoint holds all lines of chat, so
-- the stream and the numbers, which may be old, begin again behind it.
local own = redis.call('HMGET', KEYS[1], 'wid', 'epoch', 'base')
local mine, base = tonumber(ARGV[3]), 0
if own[1] then
  local epoch, held = tonumber(own[2]), tonumber(own[3])
  base = held
  local process = '^(.*)%.[^.]*$'
  local same = epoch >= mine and string.match(own[1], process) == string.match(ARGV[1], process)
  local newer = mine > epoch or (mine == epoch and mine > held)
  if not same and not newer then return 0 end
  if not same then base = mine end
  if epoch > mine then mine = epoch end
else
  base = mine
end
redis.call('HSET', KEYS[1], 'wid', ARGV[1], 'epoch', mine + 1, 'base', base)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5])
redis.call('DEL', KEYS[3], KEYS[5], KEYS[6])
keep_past(KEYS[1], KEYS[4], ARGV[6], ARGV[7], ARGV[8], ARGV[5])
return mine + 1
"""
)

CLOSE = """
-- KEYS own, ck, jr, past, chat, seen; ARGV lease id, epoch.
local own = redis.call('HMGET', KEYS[1], 'wid', 'epoch')
if own[1] ~= ARGV[1] or own[2] ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6])
return 1
"""
