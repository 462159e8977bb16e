-- Appends tickets to one lane. At most 256 a call, so that nobody else waits long for Redis.
-- KEYS[1]   stream
-- ARGV[1..] task ids
-- returns   INTEGER: how many were appended
for i = 1, #ARGV do
  redis.call('XADD', KEYS[1], '*', 't', ARGV[i])
end
return #ARGV
