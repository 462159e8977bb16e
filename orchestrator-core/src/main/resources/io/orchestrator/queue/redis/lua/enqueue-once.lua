-- Appends a message unless its key was used within the life of the keys.
-- KEYS[1]   stream
-- KEYS[2]   once: the idempotence key, in the same slot
-- ARGV[1]   payload
-- ARGV[2]   life: how long the key is remembered, in milliseconds
-- ARGV[3]   bound: about how many messages the stream may keep, 0 for all
-- returns   VALUE: the message's id, or nothing for a duplicate
if redis.call('EXISTS', KEYS[2]) == 1 then
  return false
end
local id
if ARGV[3] == '0' then
  id = redis.call('XADD', KEYS[1], '*', 'p', ARGV[1])
else
  id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'p', ARGV[1])
end
redis.call('SET', KEYS[2], id, 'PX', ARGV[2])
return id
