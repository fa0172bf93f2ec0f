// SPDX-License-Identifier: Apache-2.0
//
// Names as rustc writes them.
#include "profiler/recognize/rust_path.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace bucketprof::recognize {
namespace {

TEST(RustPath, IsThatOfTheTypeWithoutGenerics) {
  for (const auto& [name, path] : std::vector<std::pair<std::string, std::string>>{
           {"_RNvNtCslNYArtu3iFV_5alloc5alloc5alloc", "alloc::alloc::alloc"},
           {"_RNvMNtCslNYArtu3iFV_5alloc5allocNtB2_6Global10alloc_impl", "alloc::alloc::Global::alloc_impl"},
           {"_RNvXs_NtCslNYArtu3iFV_5alloc5allocNtB4_6GlobalNtNtCsgEmfK2I1SDS_4core5alloc9Allocator8allocate",
            "alloc::alloc::Global::allocate"},
           {"_RINvMsa_NtCsgvbsrvnw3yD_9hashbrown3rawNtB6_13RawTableInner12resize_innerNtNtCslNYArtu3iFV_5alloc5alloc6"
            "GlobalECsaAtC9ulHmL7_8rust_std",
            "hashbrown::raw::RawTableInner::resize_inner"},
           {"_RNvMs2_NtNtNtCsjrHSEGnQ3l9_3std11collections4hash3mapINtB5_7HashMapyyE7reserveCsaAtC9ulHmL7_8rust_std",
            "std::collections::hash::map::HashMap::reserve"},
           {"_RNvMNtCsgvbsrvnw3yD_9hashbrown11rustc_entryINtNtB4_3map7HashMapmmNtNtNtCsjrHSEGnQ3l9_3std4hash6random11"
            "RandomStateE11rustc_entryCsaAtC9ulHmL7_8rust_std",
            "hashbrown::map::HashMap::rustc_entry"},
           {"_RNvXsb_NtCsgvbsrvnw3yD_9hashbrown3rawINtB5_8RawTableTyyEENtNtCsgEmfK2I1SDS_4core5clone5Clone5cloneCsaAt"
            "C9ulHmL7_8rust_std",
            "hashbrown::raw::RawTable::clone"},
           {"_RNCNvC4main4main0", "main::main"},                     // a closure
           {"_RNvYhNtC4core5Clone5clone", "core::Clone::clone"},     // a default method
           {"_RNvMC4mainINtB2_1VAhj4_E1f", "main::V::f"},            // [u8; 4]
           {"_RNvMC4mainINtB2_1VFUKCRhQSeEuE1f", "main::V::f"},      // unsafe extern "C" fn(&u8, &mut [str])
           {"_RNvMC4mainINtB2_1VDNtB2_1Tp1AhEL_E1f", "main::V::f"},  // dyn T<A = u8>
           {"_RINvC4main1fKj7f_KbBb_E", "main::f"}}) {
    EXPECT_EQ(rust_path(name), path) << name;
  }
}

TEST(RustPath, DamagedNamesDoNoHarm) {
  const std::string whole =
      "_RINvMsa_NtCsgvbsrvnw3yD_9hashbrown3rawNtB6_13RawTableInner12resize_innerTRhFEuDNtB6_1TEL_AhB7_EE";
  for (std::size_t length = 2; length < whole.size(); ++length) {
    EXPECT_LE(rust_path(whole.substr(0, length)).size(), whole.size());
  }
  for (const char* name : {"_R", "_R9", "_RB_", "_RB0_", "_RNvB_1a", "_RIB_E", "_RMB_B_", "_RC99999999999999999999a",
                           "_RNvCszzzzzzzzzzzzzzzzzzzz_1a1b", "_RTTTTTTTT", "_RMC1aTB3_B3_B3_E"}) {
    EXPECT_LE(rust_path(name).size(), 1000U) << name;
  }
  EXPECT_EQ(rust_path("_R" + std::string(100'000, 'M')), "");
}

}  // namespace
}  // namespace bucketprof::recognize
