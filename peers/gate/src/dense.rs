//! The floor: the three look-ups by hand, in tables of bits by dense number. No validity in time, no reasons' facts.

use std::collections::HashMap;

use super::{Engine, NETWORK, Words};
use crate::world::Outcome;

pub struct Dense {
    authorised: Vec<bool>,
    sellers: usize,
    certified: Vec<bool>,
    bands: Vec<u128>,
    network_bands: u128,
    offers: Vec<[u32; 3]>,
}

fn mask(bands: &[u16]) -> u128 {
    bands.iter().fold(0, |mask, band| mask | 1 << band)
}

impl Dense {
    pub fn of(words: &Words) -> Self {
        let mut numbers: [HashMap<&str, u32>; 3] = Default::default();
        let mut number = |kind: usize, word| {
            let next = numbers[kind].len() as u32;
            *numbers[kind].entry(word).or_insert(next)
        };
        let offers: Vec<[u32; 3]> = words
            .offers
            .iter()
            .map(|one| {
                [
                    number(0, one.brand.as_str()),
                    number(1, one.seller.as_str()),
                    number(2, one.variant.as_str()),
                ]
            })
            .collect();
        let pairs: Vec<(u32, u32)> = words
            .authorised
            .iter()
            .map(|(brand, seller)| (number(0, brand), number(1, seller)))
            .collect();
        let certified: Vec<u32> = words
            .certified
            .iter()
            .filter(|(_, network)| network == NETWORK)
            .map(|(variant, _)| number(2, variant))
            .collect();
        let devices: Vec<(u32, u128)> = words
            .devices
            .iter()
            .map(|(variant, bands)| (number(2, variant), mask(bands)))
            .collect();
        let network = words.networks.iter().find(|(name, _)| name == NETWORK);
        let [brands, sellers, variants] = numbers.map(|numbers| numbers.len());
        let mut dense = Self {
            authorised: vec![false; brands * sellers],
            sellers,
            certified: vec![false; variants],
            bands: vec![0; variants],
            network_bands: network.map_or(0, |(_, bands)| mask(bands)),
            offers,
        };
        for (brand, seller) in pairs {
            dense.authorised[brand as usize * sellers + seller as usize] = true;
        }
        for variant in certified {
            dense.certified[variant as usize] = true;
        }
        for (variant, bands) in devices {
            dense.bands[variant as usize] = bands;
        }
        dense
    }
}

impl Engine for Dense {
    fn name(&self) -> String {
        "plain Rust, dense tables, no time and no facts".to_owned()
    }

    fn failed(&mut self, offer: usize) -> Outcome<u8> {
        let [brand, seller, variant] = self.offers[offer].map(|number| number as usize);
        let is_authorised = self.authorised[brand * self.sellers + seller];
        let fits = self.bands[variant] & self.network_bands != 0;
        Ok(u8::from(!is_authorised)
            | u8::from(!self.certified[variant]) << 1
            | u8::from(!fits) << 2)
    }
}
