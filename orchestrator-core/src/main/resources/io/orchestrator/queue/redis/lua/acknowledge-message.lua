-- Acknowledges a message for one group, and deletes it once every group of the topic is done with it.
-- KEYS[1]   stream
-- ARGV[1]   group
-- ARGV[2]   message id
-- returns   INTEGER: 1 when the message was pending until now, else 0
local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end

local function delivered(last, id)
  local lastMs, lastSeq = parts(last)
  local ms, seq = parts(id)
  return lastMs > ms or (lastMs == ms and lastSeq >= seq)
end

local acknowledged = redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if redis.call('EXISTS', KEYS[1]) == 0 then
  return acknowledged
end
for _, fields in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = {}
  for i = 1, #fields, 2 do
    group[fields[i]] = fields[i + 1]
  end
  if not delivered(group['last-delivered-id'], ARGV[2]) then
    return acknowledged
  end
  if #redis.call('XPENDING', KEYS[1], group['name'], ARGV[2], ARGV[2], 1) > 0 then
    return acknowledged
  end
end
redis.call('XDEL', KEYS[1], ARGV[2])
return acknowledged
