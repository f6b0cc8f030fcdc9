-- Impressions in, counts out: shared dictionaries in front of Redis. What is counted and answered is what buttond
-- counts and answers: one key for the spellings of a link, no bots, no prefetches, no HEAD, the books, and the
-- requests with their durations for a dashboard. What is not: a kill loses up to FLUSH_SECONDS of impressions, and
-- a flush that is cut off may count twice.

local lrucache = require "resty.lrucache"
local redis = require "nginx.redis"

local impressions = ngx.shared.impressions
local shares = ngx.shared.shares
local metrics = ngx.shared.metrics
local re_find, re_match, re_gsub = ngx.re.find, ngx.re.match, ngx.re.gsub
local byte, char, concat, format = string.byte, string.char, table.concat, string.format
local lower, upper, sub = string.lower, string.upper, string.sub

local FLUSH_SECONDS = 10
local FRESH_SECONDS = 30
local MOST_LINKS = 50
local LONGEST_URL = 2048
local BOUNDS = { 0.001, 0.005, 0.025, 0.05, 0.25, 1 }
local port

-- What was worked out lately: keys of URLs (false for what has none) and verdicts on User-Agents.
local keys = lrucache.new(20000)
local bots = lrucache.new(1000)

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

local function normalise_escape(match)
  local decoded = char(tonumber(match[1], 16))
  if re_find(decoded, "[A-Za-z0-9._~-]", "jo") then return decoded end
  return "%" .. upper(match[1])
end

local TRACKING = [[^(?:utm_[^=]*|fbclid|gclid|msclkid|mc_cid|mc_eid|igshid|_ga|yclid|twclid|ttclid)(?:=|$)]]

local function without_tracking(query)
  local kept = {}
  local it = ngx.re.gmatch(query, "[^&]+", "jo")
  for parameter in it do
    if not re_find(parameter[0], TRACKING, "ijo") then kept[#kept + 1] = parameter[0] end
  end
  return #kept > 0 and "?" .. concat(kept, "&") or ""
end

local URL = [[^(?:https?://)?(?:www\.)*([a-z0-9._-]+\.[a-z][a-z0-9-]*)\.?(:\d+)?(?=[/?#]|$)([^?#]*)(?:\?([^#]*))?]]

local function make_key(url)
  if #url > LONGEST_URL then return false end
  local parts = re_match(url, URL, "ijo")
  if not parts then return false end
  local host, colon_port, path, query = lower(parts[1]), parts[2] or "", parts[3], parts[4]
  if re_find(host, [[\.(?:local|localhost|internal)$]], "jo") then return false end
  if colon_port == ":80" or colon_port == ":443" then colon_port = "" end
  if re_find(path, "%", "jo") then path = re_gsub(path, "%([0-9a-fA-F]{2})", normalise_escape, "jo") end
  while byte(path, -1) == 47 do path = sub(path, 1, -2) end
  return host .. colon_port .. path .. (query and without_tracking(query) or "")
end

local function key_of(url)
  local key = keys:get(url)
  if key == nil then
    key = make_key(url)
    keys:set(url, key)
  end
  return key
end

local BOT = [[bot|crawl|spider|slurp|preview|facebookexternalhit|headless|curl|wget|python|java/|go-http]]

local function filtered(var)
  if re_find(var.http_sec_purpose or var.http_purpose or var.http_x_moz or "", "prefetch|prerender", "ijo") then
    return "prefetch"
  end
  local agent = var.http_user_agent
  if not agent then return "bot" end
  local bot = bots:get(agent)
  if bot == nil then
    bot = re_find(agent, BOT, "ijo") ~= nil
    bots:set(agent, bot)
  end
  return bot and "bot" or nil
end

local function answer(status, body)
  ngx.status = status
  ngx.header.content_length = #body
  ngx.print(body)
end

local function refuse(code, message)
  answer(400, format('{"error":{"code":"%s","message":"%s"}}', code, message))
end

local function fetch(missing, counts)
  local connection = connect()
  if not connection then return end
  local names = {}
  for i, entry in ipairs(missing) do names[i] = "shares:" .. entry.key end
  local found = connection:mget(unpack(names))
  connection:set_keepalive(60000, 32)
  if not found then return end
  for i, entry in ipairs(missing) do
    local count = found[i] ~= ngx.null and tonumber(found[i]) or 0
    shares:set(entry.key, count, FRESH_SECONDS)
    counts[entry.at] = count
  end
end

function M.buttons()
  local urls = ngx.req.get_uri_args(100).url
  if type(urls) ~= "table" then urls = { urls } end
  if #urls == 0 then return refuse("url_missing", "say which page with ?url=, once for each button") end
  if #urls > MOST_LINKS then return refuse("too_many_urls", "at most 50 url parameters fit one request") end

  local counted = ngx.req.get_method() == "GET"
  local reason = counted and filtered(ngx.var)
  local counts, with_key, missing = {}, 0, nil
  for i = 1, #urls do
    local key = key_of(urls[i])
    local count = "null"
    if key then
      with_key = with_key + 1
      if counted and not reason then impressions:incr(key, 1, 0) end
      local known = shares:get(key)
      if known then
        count = known
      else
        missing = missing or {}
        missing[#missing + 1] = { key = key, at = i }
      end
    end
    counts[i] = count
  end
  if with_key == 0 then return refuse("url_invalid", "no link of these can be counted") end
  if counted then metrics:incr(reason and "filtered:" .. reason or "accepted", with_key, 0) end
  if missing then fetch(missing, counts) end
  answer(200, '{"counts":[' .. concat(counts, ",") .. ']}')
end

-- After each answer: by status, and how long it took.
function M.measure()
  local taken = ngx.now() - ngx.req.start_time()
  local bucket = 1
  while bucket <= #BOUNDS and taken > BOUNDS[bucket] do bucket = bucket + 1 end
  metrics:incr("requests:" .. ngx.status, 1, 0)
  metrics:incr("bucket:" .. bucket, 1, 0)
end

function M.metrics()
  for _, name in ipairs(metrics:get_keys(0)) do ngx.say(name, " ", metrics:get(name)) end
end

local function flush()
  local counted = impressions:get_keys(0)
  if #counted == 0 then return end
  local connection = connect()
  if not connection then return end
  local taken = {}
  connection:init_pipeline(#counted)
  for i, key in ipairs(counted) do
    taken[i] = impressions:get(key) or 0
    connection:hincrby("impressions", key, taken[i])
  end
  if connection:commit_pipeline() then
    for i, key in ipairs(counted) do
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
