//! How large a picture says that it is, read from its header. Nothing of it is unpacked here.

/// Largest side of a picture that is shown, in pixels.
pub const SIDE_PIXELS_MAX: u32 = 10_000;
/// Most pixels of a picture that is shown: a browser takes four bytes for each.
pub const PIXELS_MAX: u64 = 25_000_000;

/// Width and height of a PNG or JPEG picture in pixels; none: it does not say, or it is too large to be shown.
#[must_use]
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let (width, height) = png(bytes).or_else(|| jpeg(bytes))?;
    let is_shown = (1..=SIDE_PIXELS_MAX).contains(&width)
        && (1..=SIDE_PIXELS_MAX).contains(&height)
        && u64::from(width) * u64::from(height) <= PIXELS_MAX;
    is_shown.then_some((width, height))
}

/// The first chunk is the header (ISO/IEC 15948 clause 5.6).
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let number = |at: usize| {
        let four: [u8; 4] = rest.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(four))
    };
    Some((number(0)?, number(4)?))
}

/// The frame header before the first scan (ISO/IEC 10918-1 clause B.2.2). Two of them: it lies about one.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    let mut found = None;
    loop {
        let after = rest.strip_prefix(b"\xff")?;
        let marker = *after.first()?;
        match marker {
            // Fill bytes.
            0xff => {
                rest = after;
                continue;
            }
            0xda => return found,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*after.get(1)?, *after.get(2)?]));
        let segment = after.get(3..1 + length)?;
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            let side = |at: usize| {
                Some(u16::from_be_bytes([
                    *segment.get(at)?,
                    *segment.get(at + 1)?,
                ]))
            };
            let size = (u32::from(side(3)?), u32::from(side(1)?));
            if found.replace(size).is_some() {
                return None;
            }
        }
        rest = &after[1 + length..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    fn frame(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = b"\xff\xc0\0\x0b\x08".to_vec();
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend(b"\x01\x01\x11\0");
        bytes
    }

    #[test]
    fn a_picture_says_its_size_and_one_that_is_too_large_is_not_shown() {
        assert_eq!(size(&png_of(640, 480)), Some((640, 480)));
        assert_eq!(size(&png_of(50_000, 50_000)), None);
        assert_eq!(size(&png_of(9_999, 9_999)), None);
        assert_eq!(size(&png_of(0, 480)), None);
        let start = b"\xff\xd8\xff\xe0\0\x04ab".to_vec();
        let scan = b"\xff\xda\0\x02".to_vec();
        let one = [start.clone(), frame(320, 200), scan.clone()].concat();
        assert_eq!(size(&one), Some((320, 200)));
        let two = [
            start.clone(),
            frame(320, 200),
            frame(60_000, 60_000),
            scan.clone(),
        ]
        .concat();
        assert_eq!(size(&two), None);
        assert_eq!(size(&[start, scan].concat()), None);
        for length in 0..one.len() - 4 {
            assert_eq!(size(&one[..length]), None, "cut at {length}");
        }
    }
}
