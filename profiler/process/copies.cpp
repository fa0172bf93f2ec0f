// SPDX-License-Identifier: Apache-2.0
#include "profiler/process/copies.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include <atomic>
#include <cstring>
#include <optional>
#include <string_view>

#include "profiler/base/elf_note.h"
#include "profiler/base/version.h"
#include "profiler/process/early_exit.h"
#include "profiler/process/privileges.h"
#include "profiler/process/sandboxed.h"

namespace bucketprof::service {
namespace {

constinit std::atomic<const Api*> followed{nullptr};

struct Found {
  bool any = false;
  const Copy* copy = nullptr;  // nullptr: of a version whose Copy, if it has one, we cannot read
  std::string object;          // empty: the program
};

/// The Copy of an object whose note has this description.
const Copy* copy_at(std::string_view note) noexcept {
  std::uint32_t layout = 0;
  std::int32_t distance = 0;  // from itself
  if (note.size() < sizeof layout + sizeof distance) return nullptr;
  std::memcpy(&layout, note.data(), sizeof layout);
  if (layout != kCopyLayout) return nullptr;
  const char* const place = note.data() + sizeof layout;
  std::memcpy(&distance, place, sizeof distance);
  return reinterpret_cast<const Copy*>(place + distance);
}

int find_first(dl_phdr_info* object, std::size_t, void* into) {
  const std::optional<std::string_view> note = our_note(*object);
  if (!note) return 0;
  *static_cast<Found*>(into) = {true, copy_at(*note), object->dlpi_name};
  return 1;
}

/// The name of the object that has this address, and whether it is in a namespace of its own.
struct Place {
  std::string object;
  bool apart = false;
};
Place place_of(const void* address) {
  Dl_info info{};
  link_map* object = nullptr;
  Lmid_t space = LM_ID_BASE;
  if (::dladdr1(address, &info, reinterpret_cast<void**>(&object), RTLD_DL_LINKMAP) == 0 || object == nullptr)
    return {};
  if (::dlinfo(object, RTLD_DI_LMID, &space) != 0) ::dlerror();
  return {object->l_name, space != LM_ID_BASE};
}

std::string named_object(const std::string& name) { return name.empty() ? "the program" : name; }

}  // namespace

std::string join(const Copy& own) {
  const Place here = place_of(&own);
  if (here.apart)
    return fmt::format("{} was loaded into a namespace of its own, by dlmopen: its tables are not recorded",
                       named_object(here.object));
  Found first;
  ::dl_iterate_phdr(&find_first, &first);
  if (!first.any || first.copy == &own) return {};
  const auto differs = [&](std::string_view theirs, std::string_view ours) {
    return fmt::format(
        "{} has bucketprof {}, and {}, which records, has {}: the tables of {} are not recorded; build "
        "both with one version",
        named_object(here.object), ours, named_object(first.object), theirs, named_object(here.object));
  };
  if (first.copy == nullptr) return differs("another version", kVersion);
  if (std::string_view(first.copy->version) != own.version) return differs(first.copy->version, own.version);
  if (std::string_view(first.copy->types) != own.types)
    return differs(fmt::format("it with {}", first.copy->types), fmt::format("{} with {}", own.version, own.types));
  record::keep_loaded(first.copy);
  record::follow(*first.copy->record);
  forward_early_exits(first.copy->api->end_early);
  share_exec_state(*first.copy->api->exec_state());
  watch_sandboxes(first.copy->api->before_sandbox);
  watch_privileges(first.copy->api->before_other_user);
  followed.store(first.copy->api, std::memory_order_release);
  return {};
}

void leave() noexcept { record::unfollow(); }

const Api* lead_api() noexcept { return followed.load(std::memory_order_acquire); }

}  // namespace bucketprof::service
