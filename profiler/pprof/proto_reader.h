// SPDX-License-Identifier: Apache-2.0
//
// protozero's reader with its assertions and exceptions turned into Damage, one line that describes what is wrong in
// which message. Only the decoder includes this file and catches Damage. Thread-compatible.
#pragma once

#include <protozero/pbf_message.hpp>

#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace bucketprof::pprof {

/// Thrown inside the decoder only.
struct Damage {
  std::string message;
};

template <class... Args>
[[noreturn]] void damaged(fmt::format_string<Args...> text, Args&&... args) {
  throw Damage{fmt::format(text, std::forward<Args>(args)...)};
}

/// One protobuf message. `name` and `number` (from 1; 0 if it is the only one) identify it in errors.
template <class Field>
class Message {
 public:
  Message(protozero::data_view bytes, const char* name, std::uint64_t number = 0)
      : reader_(bytes), name_(name), number_(number) {}

  [[nodiscard]] std::string where() const {
    return number_ == 0 ? std::string(name_) : fmt::format("{} {}", name_, number_);
  }

  bool next() {
    return guarded([this] { return reader_.next(); });
  }
  [[nodiscard]] Field tag() const { return reader_.tag(); }
  [[nodiscard]] std::size_t bytes_left() const { return reader_.length(); }
  void skip() {
    guarded([this] { reader_.skip(); });
  }
  std::uint64_t varint() {
    expect(protozero::pbf_wire_type::varint);
    return guarded([this] { return reader_.get_uint64(); });
  }
  protozero::data_view bytes() {
    expect(protozero::pbf_wire_type::length_delimited);
    return guarded([this] { return reader_.get_view(); });
  }
  /// Calls take(uint64) for each element of a repeated number, packed or not.
  template <class Take>
  void varints(Take&& take) {
    if (reader_.wire_type() == protozero::pbf_wire_type::varint) return take(varint());
    const protozero::data_view packed = bytes();
    guarded([&] {
      const char* at = packed.data();
      const char* const end = at + packed.size();
      while (at != end) take(protozero::decode_varint(&at, end));
    });
  }

 private:
  template <class Read>
  decltype(auto) guarded(Read&& read) {
    try {
      return read();
    } catch (const protozero::end_of_buffer_exception&) {
      damaged("{} is truncated", where());
    } catch (const protozero::exception&) {
      damaged("{} is not a protobuf message", where());
    }
  }

  void expect(protozero::pbf_wire_type type) const {
    if (reader_.wire_type() != type) {
      damaged("field {} of {} has the wrong wire type {}", static_cast<std::uint32_t>(tag()), where(),
              static_cast<std::uint32_t>(reader_.wire_type()));
    }
  }

  protozero::pbf_message<Field> reader_;
  const char* name_;
  std::uint64_t number_;
};

}  // namespace bucketprof::pprof
