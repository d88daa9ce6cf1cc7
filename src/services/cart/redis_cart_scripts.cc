// SPDX-License-Identifier: Apache-2.0
#include "services/cart/redis_cart_scripts.h"

#include <string>

namespace boutique::cart {
namespace {

// The original empties a cart by storing no bytes; such a key is of no use to anybody. A key of another type is
// somebody else's.
const char* const kOriginal = R"lua(
local function original()
  if not KEYS[2] then return false end
  local data = redis.pcall('HGET', KEYS[2], 'data')
  if type(data) ~= 'string' then return false end
  if data == '' then
    redis.call('DEL', KEYS[2])
    return false
  end
  return data
end
)lua";

// A quantity alone is less than 10,000, so a sum that equals it is that of a new line; the empty field makes one more
// field than there are lines.
const char* const kAdd = R"lua(
local value = redis.call('HINCRBY', KEYS[1], ARGV[2], ARGV[3])
if value == tonumber(ARGV[3]) then
  local fields = redis.call('HLEN', KEYS[1])
  if fields == 1 then
    local found = original()
    if found then
      redis.call('DEL', KEYS[1])
      return found
    end
  elseif fields > 501 then
    redis.call('HDEL', KEYS[1], ARGV[2])
    return 2
  end
  local number = redis.call('HINCRBY', KEYS[1], '', 1)
  redis.call('HINCRBY', KEYS[1], ARGV[2], number * 10000)
elseif value % 10000 > 1000 then
  redis.call('HINCRBY', KEYS[1], ARGV[2], -tonumber(ARGV[3]))
  return 1
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 0
)lua";

const char* const kSet = R"lua(
local quantity = tonumber(ARGV[3])
local value = redis.call('HGET', KEYS[1], ARGV[2])
if value and quantity > 0 then
  redis.call('HSET', KEYS[1], ARGV[2], value - value % 10000 + quantity)
elseif value then
  redis.call('HDEL', KEYS[1], ARGV[2])
  if redis.call('HLEN', KEYS[1]) == 1 then redis.call('DEL', KEYS[1]) end
else
  local fields = redis.call('HLEN', KEYS[1])
  local found = fields == 0 and original()
  if found then return found end
  if quantity > 0 then
    if fields > 500 then return 2 end
    local number = redis.call('HINCRBY', KEYS[1], '', 1)
    redis.call('HSET', KEYS[1], ARGV[2], number * 10000 + quantity)
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 0
)lua";

const char* const kGet = R"lua(
local cart = redis.call('HGETALL', KEYS[1])
if #cart == 0 then return original() end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return cart
)lua";

// Without the original's key the mark is the second; original() then finds no hash there.
const char* const kSubtract = R"lua(
local mark = KEYS[#KEYS]
if redis.call('EXISTS', mark) == 1 then return 0 end
local found = redis.call('HLEN', KEYS[1]) == 0 and original()
if found then return found end
redis.call('SET', mark, '', 'PX', ARGV[2])
for i = 3, #ARGV, 2 do
  local value = redis.call('HGET', KEYS[1], ARGV[i])
  if value and value % 10000 > tonumber(ARGV[i + 1]) then
    redis.call('HINCRBY', KEYS[1], ARGV[i], -tonumber(ARGV[i + 1]))
  elseif value then
    redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
if redis.call('HLEN', KEYS[1]) == 1 then redis.call('DEL', KEYS[1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 0
)lua";

const char* const kEmpty = R"lua(
redis.call('DEL', KEYS[1])
if KEYS[2] and redis.pcall('HEXISTS', KEYS[2], 'data') == 1 then redis.call('DEL', KEYS[2]) end
return 0
)lua";

const char* const kMerge = R"lua(
if redis.pcall('HGET', KEYS[2], 'data') ~= ARGV[2] then return 3 end
redis.call('DEL', KEYS[2])
for i = 3, #ARGV, 2 do
  local value = redis.call('HGET', KEYS[1], ARGV[i])
  if value then
    local quantity = math.min(value % 10000 + ARGV[i + 1], 1000)
    redis.call('HSET', KEYS[1], ARGV[i], value - value % 10000 + quantity)
  elseif redis.call('HLEN', KEYS[1]) <= 500 then
    local number = redis.call('HINCRBY', KEYS[1], '', 1)
    redis.call('HSET', KEYS[1], ARGV[i], number * 10000 + ARGV[i + 1])
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 0
)lua";

redis::Script WithOriginal(const char* body) { return redis::Script(std::string(kOriginal) + body); }

}  // namespace

const CartScripts& Scripts() {
  static const CartScripts scripts{.add = WithOriginal(kAdd),
                                   .set = WithOriginal(kSet),
                                   .get = WithOriginal(kGet),
                                   .subtract = WithOriginal(kSubtract),
                                   .empty = redis::Script(kEmpty),
                                   .merge = redis::Script(kMerge)};
  return scripts;
}

}  // namespace boutique::cart
