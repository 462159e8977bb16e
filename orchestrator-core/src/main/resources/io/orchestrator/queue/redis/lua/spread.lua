-- Writes into how many partitions the caller spreads tickets, unless somebody spreads them otherwise: so all who look agree,
-- and a server that takes nothing says so.
-- KEYS[1]   spread
-- ARGV[1]   partitions
-- ARGV[2]   life: how long that stands, in milliseconds, unless somebody writes it again
-- returns   VALUE: into how many they are spread
local found = redis.call('GET', KEYS[1])
if found and found ~= ARGV[1] then
  return found
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
