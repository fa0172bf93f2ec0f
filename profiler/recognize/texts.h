// SPDX-License-Identifier: Apache-2.0
//
// New strings of a profile whose strings are referred to meanwhile. Thread-compatible.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "profiler/model/profile.h"

namespace bucketprof::recognize {

/// Interns strings: the profile's, and new ones, which the destructor appends to the profile's.
class Texts {
 public:
  explicit Texts(std::vector<std::string>& strings) : strings_(strings), first_new_(strings.size()) {
    ids_.reserve(strings.size());
    for (std::size_t i = 0; i < strings.size(); ++i) ids_.try_emplace(strings[i], static_cast<model::StringId>(i));
  }
  ~Texts() {
    for (std::string& text : added_) strings_.push_back(std::move(text));
  }
  Texts(const Texts&) = delete;
  Texts& operator=(const Texts&) = delete;

  model::StringId id(std::string_view text) {
    if (const auto known = ids_.find(text); known != ids_.end()) return known->second;
    const auto next = static_cast<model::StringId>(first_new_ + added_.size());
    ids_.emplace(added_.emplace_back(text), next);
    return next;
  }

 private:
  std::vector<std::string>& strings_;  // changed by the destructor only: `ids_` refers to it
  std::size_t first_new_;
  std::deque<std::string> added_;
  std::unordered_map<std::string_view, model::StringId> ids_;
};

}  // namespace bucketprof::recognize
