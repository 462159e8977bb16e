-- Hands tickets of one partition to a consumer: earlier lanes first, never more than max in all lanes together
-- (the COUNT of an XREADGROUP over several streams holds for each stream). A missing group is made from 0, so that
-- what was appended before it existed is read too.
-- KEYS[1..] streams, in the order in which they are to be read
-- ARGV[1]   group
-- ARGV[2]   consumer
-- ARGV[3]   max
-- ARGV[4..] for each stream: '>' for new tickets, or an entry id for this consumer's pending ones after it
-- returns   MULTI: stream number (from 1), entry id, task id (empty when the entry is gone), and so on
local found = {}
local left = tonumber(ARGV[3])

local function read(i)
  return redis.pcall('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', left, 'STREAMS', KEYS[i], ARGV[3 + i])
end

for i = 1, #KEYS do
  if left <= 0 then
    break
  end
  local reply = read(i)
  if reply and reply.err and string.find(reply.err, 'NOGROUP', 1, true) then
    redis.call('XGROUP', 'CREATE', KEYS[i], ARGV[1], '0', 'MKSTREAM')
    reply = read(i)
  end
  if reply and reply.err then
    return reply
  end
  for _, entry in ipairs(reply and reply[1][2] or {}) do
    found[#found + 1] = tostring(i)
    found[#found + 1] = entry[1]
    found[#found + 1] = entry[2] and entry[2][2] or ''
    left = left - 1
  end
end
return found
