-- Impressions in, counts out: shared dictionaries in front of Redis.

local redis = require "nginx.redis"

local impressions = ngx.shared.impressions
local shares = ngx.shared.shares
local sub, concat, type = string.sub, table.concat, type

local FLUSH_SECONDS = 10
local FRESH_SECONDS = 30
local port

local M = {}

local function connect()
  local connection = redis:new()
  connection:set_timeout(1000)
  local ok, err = connection:connect("127.0.0.1", port)
  if not ok then
    ngx.log(ngx.ERR, "redis: ", err)
    return nil
  end
  return connection
end

-- Scheme and "www." do not matter to a count.
local function key_of(url)
  if sub(url, 1, 8) == "https://" then
    url = sub(url, 9)
  elseif sub(url, 1, 7) == "http://" then
    url = sub(url, 8)
  end
  if sub(url, 1, 4) == "www." then url = sub(url, 5) end
  return url
end

local function fetch(missing, counts)
  local connection = connect()
  if not connection then return end
  local keys = {}
  for i, entry in ipairs(missing) do keys[i] = "shares:" .. entry.key end
  local found = connection:mget(unpack(keys))
  connection:set_keepalive(60000, 32)
  if not found then return end
  for i, entry in ipairs(missing) do
    local count = found[i] ~= ngx.null and tonumber(found[i]) or 0
    shares:set(entry.key, count, FRESH_SECONDS)
    counts[entry.at] = count
  end
end

function M.buttons()
  local urls = ngx.req.get_uri_args(60).url
  if type(urls) ~= "table" then urls = { urls } end
  local counts, missing = {}, nil
  for i = 1, #urls do
    local key = key_of(urls[i])
    impressions:incr(key, 1, 0)
    local count = shares:get(key)
    if not count then
      missing = missing or {}
      missing[#missing + 1] = { key = key, at = i }
      count = "null"
    end
    counts[i] = count
  end
  if missing then fetch(missing, counts) end
  local body = '{"counts":[' .. concat(counts, ",") .. ']}'
  ngx.header.content_length = #body
  ngx.print(body)
end

local function flush()
  local keys = impressions:get_keys(0)
  if #keys == 0 then return end
  local connection = connect()
  if not connection then return end
  local taken = {}
  connection:init_pipeline(#keys)
  for i, key in ipairs(keys) do
    taken[i] = impressions:get(key) or 0
    connection:hincrby("impressions", key, taken[i])
  end
  if connection:commit_pipeline() then
    for i, key in ipairs(keys) do
      if impressions:incr(key, -taken[i]) == 0 then impressions:delete(key) end
    end
  end
  connection:set_keepalive(60000, 32)
end

function M.start(redis_port)
  port = redis_port
  ngx.timer.every(FLUSH_SECONDS, flush)
end

return M
