-- Acknowledges and deletes entries in one step: an entry that was only acknowledged would stay in the stream for ever
-- and be counted as backlog. At most 256 a call.
-- KEYS[1]   stream
-- ARGV[1]   group
-- ARGV[2..] entry ids
-- returns   INTEGER: how many were pending until now
local settled = redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 2))
redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
return settled
