-- Removes a consumer from a group if nothing is pending under its name: with pending messages XGROUP DELCONSUMER would
-- lose them, so looking and removing are one step.
-- KEYS[1]   stream
-- ARGV[1]   group
-- ARGV[2]   consumer
-- returns   INTEGER: 1 when it was removed, else 0
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
if pending.err or #pending > 0 then
  return 0
end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
