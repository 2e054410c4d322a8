//! What a device can do on a network in every world that the sources allow, tried one by one.
//!
//! A list that is the whole set allows one world; a partial one allows every superset; a frequency allows any of
//! its bands. For each world the level of each service is plain counting. Slow, and written from the design's
//! words: the gate's answer must hold in all of these worlds. It takes one source for the device and one for the
//! network; disputes between sources are not its matter.

use std::collections::BTreeSet;

use domain::policy::{Level, Service};
use domain::radio::{AccessTechnology, Band, BandClaim, BandList, Radio};

/// The bands there are in these worlds. The last of each technology is never named by a source.
#[must_use]
pub fn bands(technology: AccessTechnology) -> Vec<Band> {
    let numbers: &[u16] = match technology {
        AccessTechnology::Gsm => &[900, 1900, 850],
        AccessTechnology::Umts => &[2, 4, 1],
        AccessTechnology::TdScdma => &[34, 39],
        AccessTechnology::Lte => &[2, 25, 4, 12],
        AccessTechnology::Nr => &[41, 71, 77],
    };
    numbers
        .iter()
        .map(|number| Band::new(technology, *number))
        .collect()
}

/// How one technology may be in a world: how much of the network's bands the device has, none if the network
/// does not offer it.
type Meeting = Option<Level>;

fn subsets(all: &[Band]) -> Vec<BTreeSet<Band>> {
    (0_u32..1 << all.len())
        .map(|chosen| {
            let bands = all.iter().enumerate();
            bands
                .filter(|(at, _)| chosen & (1 << at) != 0)
                .map(|(_, band)| *band)
                .collect()
        })
        .collect()
}

/// Whether a source that printed this list can have meant this set.
fn allows(list: Option<&BandList>, set: &BTreeSet<Band>) -> bool {
    let Some(list) = list else { return true };
    let is_named = |claim: &BandClaim| claim.candidates().iter().any(|band| set.contains(band));
    let is_meant = |band: &Band| {
        list.claims
            .iter()
            .any(|claim| claim.candidates().contains(band))
    };
    list.claims.iter().all(is_named) && (!list.exhaustive || set.iter().all(is_meant))
}

fn meetings(technology: AccessTechnology, device: &Radio, network: &Radio) -> BTreeSet<Meeting> {
    let all = subsets(&bands(technology));
    let of_device = all
        .iter()
        .filter(|set| allows(device.list(technology), set));
    let of_network: Vec<_> = all
        .iter()
        .filter(|set| allows(network.list(technology), set))
        .collect();
    of_device
        .flat_map(|has| of_network.iter().map(move |offers| meeting(has, offers)))
        .collect()
}

fn meeting(has: &BTreeSet<Band>, offers: &BTreeSet<Band>) -> Meeting {
    if offers.is_empty() {
        None
    } else if offers.is_subset(has) {
        Some(Level::Full)
    } else if offers.is_disjoint(has) {
        Some(Level::None)
    } else {
        Some(Level::Partial)
    }
}

/// One world: how each technology is, and what the device can do over LTE besides data.
struct World {
    met: [Meeting; 5],
    volte: bool,
    messages_over_lte: bool,
    /// Calls and messages over NR alone, of which no list speaks.
    vonr: bool,
}

impl World {
    fn of(&self, technology: AccessTechnology) -> Meeting {
        let at = AccessTechnology::ALL
            .iter()
            .position(|one| *one == technology);
        at.and_then(|at| self.met[at])
    }

    /// The best of the older technologies.
    fn older(&self) -> Level {
        let older = [
            AccessTechnology::Gsm,
            AccessTechnology::Umts,
            AccessTechnology::TdScdma,
        ];
        let met = older
            .into_iter()
            .filter_map(|technology| self.of(technology));
        met.max().unwrap_or(Level::None)
    }

    /// The older technologies beside a newer one are a fallback, whatever they cover.
    fn fallback(&self) -> Level {
        let older = self.older();
        let has_newer = self.of(AccessTechnology::Lte).is_some();
        if older > Level::None && has_newer {
            Level::FallbackOnly
        } else {
            older
        }
    }

    /// NR where there is no LTE to lean on; elsewhere nobody calls over it.
    fn nr_alone(&self) -> Level {
        match self.of(AccessTechnology::Lte) {
            Some(_) => Level::None,
            None => self.of(AccessTechnology::Nr).unwrap_or(Level::None),
        }
    }

    fn level(&self, service: Service) -> Level {
        let lte = self.of(AccessTechnology::Lte).unwrap_or(Level::None);
        let nr = self.of(AccessTechnology::Nr).unwrap_or(Level::None);
        let if_so = |so: bool, level: Level| if so { level } else { Level::None };
        match service {
            // NR leans on LTE: alone it is never the whole.
            Service::Data => lte.max(self.fallback()).max(nr.min(Level::Partial)),
            Service::Voice | Service::EmergencyCall => if_so(self.volte, lte)
                .max(self.fallback())
                .max(if_so(self.vonr, self.nr_alone())),
            Service::Messages => if_so(self.messages_over_lte, lte)
                .max(self.older())
                .max(if_so(self.vonr, self.nr_alone())),
            Service::FiveG => nr,
        }
    }
}

/// The least and the most that a service reaches in all worlds that the two sources allow.
#[must_use]
pub fn range(service: Service, device: &Radio, network: &Radio) -> (Level, Level) {
    let mut met: Vec<Vec<Meeting>> = AccessTechnology::ALL
        .into_iter()
        .map(|technology| meetings(technology, device, network).into_iter().collect())
        .collect();
    if service != Service::FiveG && network.list(AccessTechnology::Nr).is_none() {
        // A network of which nobody says that it has NR is not credited with it.
        met[4] = vec![None];
    }
    // A call over LTE takes both sides.
    let volte: &[bool] = match (device.volte, network.volte) {
        (Some(true), Some(true)) => &[true],
        (Some(false), _) | (_, Some(false)) => &[false],
        _ => &[true, false],
    };
    let (mut least, mut most) = (Level::Full, Level::None);
    for world in worlds(&met, volte) {
        let level = world.level(service);
        least = least.min(level);
        most = most.max(level);
    }
    (least, most)
}

fn worlds(met: &[Vec<Meeting>], volte: &[bool]) -> Vec<World> {
    let mut chosen: Vec<[Meeting; 5]> = vec![[None; 5]];
    for (at, choices) in met.iter().enumerate() {
        chosen = chosen
            .iter()
            .flat_map(|one| {
                choices.iter().map(move |choice| {
                    let mut longer = *one;
                    longer[at] = *choice;
                    longer
                })
            })
            .collect();
    }
    let mut all = Vec::new();
    for met in chosen {
        for volte in volte {
            for messages_over_lte in [true, false] {
                // A device that speaks over LTE writes over it too.
                if messages_over_lte || !volte {
                    all.extend([true, false].map(|vonr| World {
                        met,
                        volte: *volte,
                        messages_over_lte,
                        vonr,
                    }));
                }
            }
        }
    }
    all
}
