-- Reads the generation mark of a partition, or begins a new generation when there is reason to believe that tickets
-- were lost: the mark or a lane is missing, or the server is not the process that the mark was written on (a restart,
-- a failover, a restore). A new generation has all lanes and groups.
-- KEYS[1]   mark
-- KEYS[2..] streams
-- ARGV[1]   fresh: a mark that was never used before
-- ARGV[2]   group
-- returns   MULTI: the mark, and 1 when this call began the generation, else 0
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
local mark = redis.call('GET', KEYS[1])

local function whole()
  for i = 2, #KEYS do
    if redis.call('EXISTS', KEYS[i]) == 0 then
      return false
    end
  end
  return true
end

if mark and string.match(mark, '@(%w*)$') == server and whole() then
  return {mark, 0}
end
mark = ARGV[1] .. '@' .. server
redis.call('SET', KEYS[1], mark)
for i = 2, #KEYS do
  redis.pcall('XGROUP', 'CREATE', KEYS[i], ARGV[2], '0', 'MKSTREAM')
end
return {mark, 1}
