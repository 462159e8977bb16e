-- Puts a consumer's pending tickets back for others, and removes the consumer once nothing is pending any more:
-- XGROUP DELCONSUMER with pending entries would make them unreachable for ever.
-- KEYS[1]   stream
-- ARGV[1]   group
-- ARGV[2]   consumer
-- ARGV[3]   idle: milliseconds since a ticket was delivered, below which it is left alone
-- ARGV[4]   limit: how many tickets to put back in this call
-- returns   MULTI: how many were put back, and 1 when the consumer is gone, else 0
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4], ARGV[2])
if pending.err then
  if string.find(pending.err, 'NOGROUP', 1, true) then
    return {0, 1}
  end
  return pending
end
for _, p in ipairs(pending) do
  local entry = redis.call('XRANGE', KEYS[1], p[1], p[1])[1]
  if entry then
    redis.call('XADD', KEYS[1], '*', 't', entry[2][2])
  end
  redis.call('XACK', KEYS[1], ARGV[1], p[1])
  redis.call('XDEL', KEYS[1], p[1])
end
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then
  return {#pending, 0}
end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return {#pending, 1}
