// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/rule.h"

#include "profiler/stack/call_frame.h"
#include "profiler/stack/loaded_object.h"
#include "profiler/stack/probe.h"

namespace bucketprof::stack {
namespace {

/// kUnknown if the tables describe this code in a form that only libunwind supports.
Rule read(Address pc) noexcept {
  LoadedObject object;
  if (!object.find(pc)) return kOpaqueRule;
  const LoadedObject::SearchEntry* const entry = object.entry_of(pc);
  if (entry == nullptr) return kOpaqueRule;
  const Address description = object.description_of(*entry);
  return read_call_frame(object.constant_segment(description), description, pc);
}

}  // namespace

bool prepare_learning() noexcept { return prepare_probing(); }

Rule learn(std::uintptr_t return_address) noexcept {
  if (return_address == 0) return {};
  const Rule rule = read(return_address - 1);  // an address within the call instruction
  return rule.kind == Rule::Kind::kUnknown ? probe(return_address) : rule;
}

}  // namespace bucketprof::stack
