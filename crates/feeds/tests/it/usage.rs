//! What this process has used of the machine. Linux alone tells.

use std::fs;

/// The most memory that it has had since it began, or since that was last begun anew, in KiB.
pub fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).expect("KiB")
}

/// The time of the processor, in hundredths of a second.
pub fn ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, after) = stat.rsplit_once(") ").expect("a name in brackets");
    let mut fields = after
        .split(' ')
        .skip(11)
        .map(|field| field.parse::<u64>().expect("ticks"));
    fields.next().expect("user") + fields.next().expect("system")
}
