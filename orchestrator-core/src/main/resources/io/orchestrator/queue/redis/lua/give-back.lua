-- Puts tickets back for other readers. Only those that are still pending: doing it twice does not double them, and
-- what was taken over in the meantime is left to whoever has it. Appends first: when Redis refuses that (out of
-- memory), the entry is still pending and nothing is lost. At most 256 a call.
-- KEYS[1]   stream
-- ARGV[1]   group
-- ARGV[2..] entry id, task id, and so on
-- returns   INTEGER: how many were put back
local count = 0
for i = 2, #ARGV, 2 do
  local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)
  if not pending.err and #pending > 0 then
    redis.call('XADD', KEYS[1], '*', 't', ARGV[i + 1])
    redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
    redis.call('XDEL', KEYS[1], ARGV[i])
    count = count + 1
  end
end
return count
