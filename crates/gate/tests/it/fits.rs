//! Fits whose answers are known: the phone of the story then and now, and what a bare frequency settles.

use domain::evidence::{Authority, Sourced};
use domain::policy::{Level, Service};
use domain::radio::{AccessTechnology, Radio};
use domain::{Instant, Period};
use gate::fit::{Coverage, Fit, Grade, VoiceFeature, fit};

use crate::stand::{now, radio, sourced};

/// The Mi 4i (2015015): its bands as printed, the whole set.
pub fn mi_4i() -> Radio {
    radio(
        &[
            "GSM 850", "GSM 900", "GSM 1800", "GSM 1900", "UMTS B5", "UMTS B2", "UMTS B1",
            "LTE B3", "LTE B7", "LTE B38", "LTE B39", "LTE B40", "LTE B41",
        ],
        true,
    )
}

/// T-Mobile US, about 2015: the whole set of what was in service.
pub fn tmobile_2015() -> Radio {
    radio(
        &[
            "GSM 1900", "UMTS B2", "UMTS B4", "LTE B2", "LTE B4", "LTE B12",
        ],
        true,
    )
}

fn of(device: &[Sourced<Radio>], network: &[Sourced<Radio>]) -> Fit {
    fit(device, network, now())
}

fn own(radio: Radio) -> Vec<Sourced<Radio>> {
    vec![sourced("its own", Authority::Own, radio)]
}

fn public(title: &str, radio: Radio) -> Sourced<Radio> {
    sourced(title, Authority::PublicList, radio)
}

fn common(fit: &Fit, technology: AccessTechnology) -> Vec<String> {
    let answers = &fit.technology(technology).expect("answered").answers;
    answers[0].common.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn grades(fit: &Fit, expected: &[(Service, Grade)]) {
    for (service, grade) in expected {
        assert_eq!(
            fit.service(*service).expect("answered").grade,
            *grade,
            "{service:?}"
        );
    }
}

#[test]
fn the_mi_4i_on_the_network_of_2015_falls_back() {
    let fit = of(&own(mi_4i()), &own(tmobile_2015()));
    assert_eq!(common(&fit, AccessTechnology::Gsm), ["GSM 1900"]);
    assert_eq!(common(&fit, AccessTechnology::Umts), ["UMTS B2"]);
    let lte = &fit
        .technology(AccessTechnology::Lte)
        .expect("answered")
        .answers[0];
    assert_eq!(
        (lte.common.len(), lte.uncertain.len(), lte.missing.len()),
        (0, 0, 3)
    );
    let fallback = Grade::Known(Level::FallbackOnly);
    grades(
        &fit,
        &[
            (Service::Data, fallback),
            (Service::Voice, fallback),
            (Service::EmergencyCall, fallback),
            (Service::FiveG, Grade::Known(Level::None)),
        ],
    );
    assert_eq!(fit.grade(), fallback);
}

#[test]
fn two_lists_that_differ_on_a_band_that_decides_are_in_dispute() {
    let with = public(
        "with 2500",
        radio(&["GSM 1900", "LTE B41", "LTE B2"], false),
    );
    let without = public(
        "without 41",
        radio(&["GSM 1900", "LTE B2", "LTE B4", "LTE B12"], true),
    );
    let fit = of(&own(mi_4i()), &[with.clone(), without.clone()]);
    let data = fit.service(Service::Data).expect("answered");
    assert_eq!(data.grade, Grade::Disputed);
    let mut told: Vec<&str> = data
        .worlds
        .iter()
        .flat_map(|world| &world.sources)
        .map(|source| source.title.as_ref())
        .collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told, ["its own", "with 2500", "without 41"]);
    assert_eq!(fit.grade(), Grade::Disputed);
    // Their order does not matter.
    let turned = of(&own(mi_4i()), &[without.clone(), with.clone()]);
    assert_eq!(
        turned.service(Service::Data).expect("answered").grade,
        Grade::Disputed
    );
    // The party's own word outranks both, and settles it.
    let declared = sourced(
        "T-Mobile",
        Authority::Own,
        radio(&["GSM 1900", "LTE B41"], true),
    );
    let settled = of(&own(mi_4i()), &[with, without, declared]);
    assert_eq!(
        settled.service(Service::Data).expect("answered").grade,
        Grade::Known(Level::Full)
    );
}

#[test]
fn lists_that_differ_where_nothing_depends_on_it_are_not_in_dispute() {
    let one = public("one", radio(&["GSM 1900", "LTE B2", "LTE B4"], true));
    let other = public("other", radio(&["GSM 1900", "LTE B2", "LTE B66"], true));
    let fit = of(&own(mi_4i()), &[one, other]);
    grades(&fit, &[(Service::Data, Grade::Known(Level::FallbackOnly))]);
}

#[test]
fn a_frequency_is_uncertain_and_not_wrong() {
    let network = own(radio(&["LTE 1900 MHz"], true));
    let lte = |device: &[&str]| {
        let fit = of(&own(radio(device, true)), &network);
        fit.technology(AccessTechnology::Lte)
            .expect("answered")
            .answers[0]
            .clone()
    };
    let told = |claims: &[domain::radio::BandClaim]| -> Vec<String> {
        claims.iter().map(ToString::to_string).collect()
    };
    // Band 2 or band 25: a phone with one of them may fit, with both it does, with neither it does not.
    for band in ["LTE B2", "LTE B25"] {
        let answer = lte(&[band]);
        assert_eq!(told(&answer.uncertain), ["LTE 1900 MHz"], "{band}");
        assert_eq!(answer.range, (Coverage::None, Coverage::All), "{band}");
    }
    let both = lte(&["LTE B2", "LTE B25"]);
    assert_eq!(
        (told(&both.common), both.range.0),
        (vec!["LTE 1900 MHz".to_owned()], Coverage::All)
    );
    let neither = lte(&["LTE B3"]);
    assert_eq!(
        (told(&neither.missing), neither.range.1),
        (vec!["LTE 1900 MHz".to_owned()], Coverage::None)
    );
}

#[test]
fn absence_from_a_partial_list_says_nothing() {
    let whole = of(
        &own(radio(&["LTE B3"], true)),
        &own(radio(&["LTE B2"], true)),
    );
    grades(&whole, &[(Service::Data, Grade::Known(Level::None))]);
    let partial_device = of(
        &own(radio(&["LTE B3"], false)),
        &own(radio(&["LTE B2"], true)),
    );
    grades(&partial_device, &[(Service::Data, Grade::Unknown)]);
    let partial_network = of(
        &own(radio(&["LTE B3"], true)),
        &own(radio(&["LTE B2"], false)),
    );
    grades(&partial_network, &[(Service::Data, Grade::Unknown)]);
    let nobody = of(&[], &[]);
    grades(
        &nobody,
        &[
            (Service::Data, Grade::Unknown),
            (Service::Voice, Grade::Unknown),
        ],
    );
}

#[test]
fn many_lists_that_agree_are_as_good_as_one() {
    for count in [20, 300] {
        so_many_agree(count);
    }
}

fn so_many_agree(count: usize) {
    let lists: Vec<Sourced<Radio>> = (0..count)
        .map(|number| {
            public(
                &format!("list {number}"),
                radio(&["GSM 1900", "UMTS B2", "LTE B2"], true),
            )
        })
        .collect();
    let (one, all) = (of(&own(mi_4i()), &lists[..1]), of(&own(mi_4i()), &lists));
    for service in Service::ALL {
        let of = |fit: &Fit| fit.service(service).map(|fit| fit.grade);
        assert_eq!(of(&all), of(&one), "{service:?}");
    }
    grades(&all, &[(Service::Data, Grade::Known(Level::FallbackOnly))]);
    let worlds = &all.service(Service::Data).expect("is answered").worlds;
    let sources: Vec<usize> = worlds.iter().map(|world| world.sources.len()).collect();
    assert_eq!(sources, [count + 1], "each source once");
}

#[test]
fn however_many_lists_differ_a_dispute_is_found() {
    // Each list names other bands, so that hundreds of choices can be made of them; one denies everything.
    let bands = |number: u32| -> Vec<String> {
        let of = |what: &str, bit: u32, band: &str| {
            (number >> bit & 1 == 1).then(|| format!("{what}{band}"))
        };
        let named = [
            of("GSM ", 0, "1900"),
            of("UMTS ", 1, "B2"),
            of("LTE ", 2, "B2"),
            of("LTE ", 3, "B41"),
            of("NR ", 4, "n71"),
        ];
        named.into_iter().flatten().collect()
    };
    let lists: Vec<Sourced<Radio>> = (0..32)
        .map(|number| {
            let bands = bands(number);
            let bands: Vec<&str> = bands.iter().map(String::as_str).collect();
            public(&format!("list {number}"), radio(&bands, true))
        })
        .collect();
    let phone = own(radio(&["GSM 1900", "UMTS B2", "LTE B2", "LTE B41"], true));
    grades(
        &of(&phone, &lists),
        &[
            (Service::Data, Grade::Disputed),
            (Service::FiveG, Grade::Known(Level::None)),
        ],
    );
}

fn with_volte(mut of: Radio, volte: Option<bool>) -> Vec<Sourced<Radio>> {
    of.volte = volte;
    own(of)
}

/// Voice and emergency call, and what calls need.
#[track_caller]
fn check_calls(
    device: (&[&str], Option<bool>),
    network: (&[&str], Option<bool>),
    grade: Grade,
    needs: Option<VoiceFeature>,
) {
    let fit = of(
        &with_volte(radio(device.0, true), device.1),
        &with_volte(radio(network.0, true), network.1),
    );
    grades(
        &fit,
        &[(Service::Voice, grade), (Service::EmergencyCall, grade)],
    );
    assert_eq!(fit.voice_needs, needs);
}

#[test]
fn where_only_lte_is_left_calls_take_voice_over_lte_on_both_sides() {
    let (phone, lte_only) = (["GSM 1900", "UMTS B2", "LTE B2"], ["LTE B2"]);
    let volte = Some(VoiceFeature::Volte);
    let full = Grade::Known(Level::Full);
    let none = Grade::Known(Level::None);
    for (device, network, grade) in [
        (Some(true), Some(true), full),
        // Not known is not no.
        (None, Some(true), Grade::Unknown),
        (Some(true), None, Grade::Unknown),
        (None, None, Grade::Unknown),
        (Some(false), Some(true), none),
        (None, Some(false), none),
    ] {
        check_calls((&phone, device), (&lte_only, network), grade, volte);
    }
    // Beside an older technology it is not needed.
    let fallback = Grade::Known(Level::FallbackOnly);
    check_calls(
        (&phone, Some(false)),
        (&["GSM 1900", "LTE B2"], Some(true)),
        fallback,
        None,
    );
}

#[test]
fn voice_over_nr_matters_only_where_a_network_has_nothing_else() {
    let phone = ["LTE B2", "NR n71"];
    let vonr = Some(VoiceFeature::Vonr);
    // No list says that a device speaks over NR, so it is not settled.
    check_calls(
        (&phone, Some(true)),
        (&["NR n71"], None),
        Grade::Unknown,
        vonr,
    );
    check_calls(
        (&["LTE B2"], None),
        (&["NR n71"], None),
        Grade::Known(Level::None),
        vonr,
    );
    check_calls(
        (&phone, Some(false)),
        (&["LTE B2", "NR n71"], Some(true)),
        Grade::Known(Level::None),
        Some(VoiceFeature::Volte),
    );
}

#[test]
fn what_is_known_of_parts_of_lists_is_so_at_least() {
    let network = own(radio(&["GSM 1900", "LTE B2"], false));
    let fit = of(&own(radio(&["GSM 1900", "LTE B2"], true)), &network);
    let fallback = Grade::AtLeast(Level::FallbackOnly);
    grades(
        &fit,
        &[
            (Service::Data, Grade::AtLeast(Level::Partial)),
            (Service::Voice, fallback),
        ],
    );
    assert_eq!(fit.grade(), fallback);
}

#[test]
fn a_word_that_is_over_says_nothing_of_voice_over_lte() {
    let says = |title: &str, volte, valid| {
        let mut said = public(title, radio(&["LTE B2"], true));
        said.value.volte = Some(volte);
        said.valid = valid;
        said
    };
    let network = with_volte(radio(&["LTE B2"], true), Some(true));
    let device = [
        says("was", false, Period::between(Instant::MIN, now())),
        says("is", true, Period::since(now())),
    ];
    grades(
        &of(&device, &network),
        &[(Service::Voice, Grade::Known(Level::Full))],
    );
}

#[test]
fn what_has_not_the_technology_has_no_band_of_it_whatever_the_other_has() {
    let range = |device: &[Sourced<Radio>], network: &[Sourced<Radio>]| {
        let fit = of(device, network);
        let lte = fit.technology(AccessTechnology::Lte).expect("answered");
        lte.answers[0].range
    };
    let none = (Coverage::None, Coverage::None);
    let open = (Coverage::None, Coverage::All);
    let without = own(radio(&["GSM 1900"], true));
    assert_eq!(range(&without, &[]), none);
    assert_eq!(range(&[], &without), none);
    assert_eq!(range(&without, &own(radio(&["LTE B2"], true))), none);
    for is_whole in [true, false] {
        let with = own(radio(&["LTE B2"], is_whole));
        assert_eq!(range(&with, &[]), open, "{is_whole}");
        assert_eq!(range(&[], &with), open, "{is_whole}");
    }
}

#[test]
fn what_may_be_there_beside_what_is_missing_is_some_at_most() {
    let network = own(radio(&["LTE 1900 MHz", "LTE B12"], true));
    let fit = of(&own(radio(&["LTE B2"], true)), &network);
    let lte = fit.technology(AccessTechnology::Lte).expect("answered");
    assert_eq!(lte.answers[0].range, (Coverage::None, Coverage::Some));
    // A frequency that no band is known by may be any band.
    let network = own(radio(&["LTE 1234 MHz"], true));
    let fit = of(&own(radio(&["LTE B2"], true)), &network);
    let answer = &fit
        .technology(AccessTechnology::Lte)
        .expect("answered")
        .answers[0];
    assert_eq!((answer.uncertain.len(), answer.missing.len()), (1, 0));
}

#[test]
fn lists_of_which_one_leaves_nothing_but_a_fallback_and_one_not_even_that_are_in_dispute() {
    let list = |title: &str, gsm: &str| public(title, radio(&[gsm, "LTE B2"], true));
    let networks = [list("one", "GSM 1900"), list("other", "GSM 850")];
    let fit = of(&own(radio(&["GSM 1900"], true)), &networks);
    grades(&fit, &[(Service::Data, Grade::Disputed)]);
}
