"""Names, addresses and phone numbers of nobody in particular, as they fall in New Zealand: by where families come from, a few
names common and most rare (Zipf’s law, its head flattened as among real names). Lists and syllables; no real person is meant.
"""

# ruff: noqa: S311  (chance makes people here, no secrets)
from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

MAORI_GIVEN = (
    "Aroha Anahera Wiremu Mere Nikau Maia Ngaio Rāwiri Kahurangi Tāne Hēmi Hūria Māia Hēnare Tama Manaia Kāhu Pania Rewa "
    "Ariā Tūī Wikitōria Hana Ōriwa Pōtiki Kōtuku Whetū Mānuka Hōne Pāora Tīhema Mārama Kōwhai Rōpata Tāwhiri Ānaru Īhaia "
    "Ēnoka Ūpoko Rangimārie Te-Aroha Waimārie Tipene Hinewai Kiri Moana Ngaire Pita Hoani Matiu Wairata Tamati Rangi "
    "Hinemoa Kura"
).split()
PASIFIKA_GIVEN = (
    "Sione Mele Tevita Lani Sina Ioane Malia Filipo Losa Semisi Viliami ʻAna Sefina Fetu Talia Lupe Pita Salote Tavita "
    "Ioana Manu Leilani Alofa Tasi Penina Sefa Mose Lagi Vaea Siaosi"
).split()
ENGLISH_GIVEN = (
    "Oliver Charlotte Jack Isla Noah Amelia Leo Olivia James Sophie Grace William Ruby Thomas Ella Lucy George Emily Samuel "
    "Hannah Benjamin Zoe Ethan Chloe Joshua Sarah Daniel Jessica Lucas Mia Hunter Ava Mason Ivy Liam Emma Henry Freya "
    "Theodore Isabella Arthur Matilda Max Harper Harry Alice Ryan Georgia Finn Willow Archie Mila Connor Eva Michael Susan "
    "David Karen John Margaret Peter Christine Paul Helen Mark Linda Andrew Jennifer Robert Nicola Ian Judith Graham "
    "Patricia Alan Barbara Simon Rachel Matthew Rebecca Craig Michelle Stephen Angela Kevin Raewyn Bruce Heather Colin "
    "Lynette Neil Fiona Stuart Jan Hamish Kirsty Callum Niamh Siobhán Renée Zoë François Björn Åsa Jürgen Inès Lukáš"
).split()
CHINESE_GIVEN = (
    "Wei Jing Hao Yan Min Jun Li Fang Xin Yu Na Lei Ying Qiang Mei Tao Hui Bo Jia Yi Chen Ling Rui Xiu Ming Kai Lan Zhen "
    "Ning Yang Jason Kevin Amy Vivian Eric Grace Tony Cindy Jenny Peter"
).split()
INDIAN_GIVEN = (
    "Priya Arjun Ananya Rohan Gurpreet Harpreet Simran Amit Neha Rahul Pooja Vikram Kavita Sanjay Deepa Raj Manpreet "
    "Jaspreet Aarav Diya Ishaan Meera Suresh Lakshmi Anil Sunita Ravi Nisha Kiran Vijay Asha Imran Nadia Shreya Karthik "
    "Divya"
).split()
OTHER_GIVEN = (
    "Maria Jose Mark Grace Jun Angelica Min-jun Ji-woo Seo-yeon Fatima Omar Aisha Yusuf Leila Hassan Ali Zahra Nguyen Linh "
    "Minh Pieter Annelie Johan Chantel Thabo Mohammed Reza Sofia Mateo Camila Haruto Yui Aroha Tanvi Elif"
).split()

MAORI_FAMILY = (
    "Ngata Parata Kīngi Tāmihana Pōhatu Rāwhiti Hēnare Paewai Tūhoro Whātāia Māhina Kereama Rākena Tarawhiti Rangihuna Heke "
    "Tautahi Waititi Takarangi Pōtae Hūriwai Te-Rangi Tāwhai Karaka Rīwai Pēwhairangi Nēpia Hohepa Rātana Edwards Williams "
    "Walker Wilson Thompson Marino Reti Poutū Herewini Ruru Matiu"
).split()
PASIFIKA_FAMILY = (
    "Fuimaono Tuilagi Faleolo Vainikolo Taufa Moala Fifita Latu Tuala Leota Sopoaga Taulagi Havili Tupou Vaipulu Lemalu Ah- "
    "Chong Aiono Tauiliili Fonoti Maka Finau Mafi Pauga Tamasese Ioane Peau Sefo Toleafoa Masoe"
).split()
ENGLISH_FAMILY = (
    "Smith Wilson Williams Brown Taylor Jones Anderson Thompson Scott Walker Johnson Robinson Young Campbell Clark Harris "
    "Davis Stewart Murphy O’Brien MacDonald McKenzie Fraser Hamilton Morrison Douglas White Martin King Wright Mitchell "
    "Hughes Roberts Edwards Turner Jackson Cooper Ward Hill Moore Harrison Bennett Graham Reid Murray Kennedy Ross Simpson "
    "Marshall Collins Bell Cook Bailey Kelly Watson Wood Henderson Gray Baker Allen Green Hall Adams Lewis Evans Morgan "
    "Phillips Richards Parker Shaw Hunt Palmer Ellis Webb Fox Hunter Grant Cameron Gibson Fisher Sutherland Ferguson Duncan "
    "Robertson Paterson Kerr van-der-Berg Müller Novák Kowalski Petersen Hansen"
).split()
CHINESE_FAMILY = (
    "Wang Li Chen Zhang Liu Lee Huang Yang Wu Lin Zhao Zhou Xu Sun Ma Zhu Hu Guo He Gao Luo Chan Wong Ng Chang".split()
)
INDIAN_FAMILY = (
    "Singh Patel Kumar Sharma Kaur Prasad Chand Lal Reddy Nair Gupta Khan Naidu Mehta Desai Joshi Gill Sidhu Dhillon Sandhu "
    "Rao Iyer Fernandes Shah Bhatt Verma Narayan Ram Devi Nand"
).split()
OTHER_FAMILY = (
    "Santos Reyes Cruz Garcia Kim Park Nguyen Tran Ali Ahmed Choi Lee Botha van-Wyk Naidoo Hosseini Silva Tanaka Sato "
    "Haddad Dela-Cruz Mendoza Pham Le Jung du-Plessis Rahimi Oliveira Suzuki Okafor"
).split()

HEADS = "Ash Bram Cald Dun Elm Fen Gar Hal Ing Kel Lang Mar Nor Oak Pem Quil Ros Stan Thorn Ulver Wain Yar".split()
MIDDLES = "er en ing ac ald o".split()
TAILS = "well ford ton by wick ley more dale stead worth field bury combe shaw gate holm".split()
SYLLABLES = "ka ki kō mā mi rā re ri rō ta tī to tū wai whā whe nga pā po hē hu".split()
PASIFIKA_SYLLABLES = "fa le tu la sa ma fo lo pe ta si ao va na lu mo ti fi".split()

STREETS = (
    "Kōwhai Mānuka Tōtara Rimu Station Quarry Marewa Saltmarsh Kererū Harbour Mill Church Ridge Pōhutukawa Queen Victoria "
    "George Rātā Hīnau Beach Valley High Main School Rewarewa Tūī Matai Nikau Bridge Park River Hill"
).split()
KINDS = "Street Road Terrace Crescent Lane Way Place Avenue".split()
TOWNS = (
    "Whangārei 0110,Auckland 1010,Māngere 2022,Manukau 2104,Henderson 0612,Takapuna 0622,Hamilton 3204,Tauranga 3110,"
    "Rotorua 3010,Taupō 3330,Gisborne 4010,Napier 4110,Hastings 4122,New Plymouth 4310,Whanganui 4500,Palmerston North 4410,"
    "Porirua 5022,Lower Hutt 5010,Wellington 6011,Nelson 7010,Blenheim 7201,Christchurch 8011,Timaru 7910,Dunedin 9016,"
    "Invercargill 9810,Ōamaru 9400,Kaikōura 7300,Ōpōtiki 3122"
).split(",")

Something = TypeVar("Something")


@dataclass(frozen=True)
class Falling:
    """Names by how often they fall: the first most often."""

    names: Sequence[str]
    upto: Sequence[float]

    def draw(self, luck: random.Random) -> str:
        return self.names[bisect(self.upto, luck.random() * self.upto[-1])]


def _falling(names: Sequence[str], *, head: int) -> Falling:
    once = list(dict.fromkeys(names))
    return Falling(once, list(accumulate(1 / (rank + head) for rank in range(len(once)))))


def _mixed(names: list[str]) -> list[str]:
    """In an order that is always the same and follows from nothing."""
    random.Random(2014).shuffle(names)
    return names


_ENGLISH_RARE = [head + tail for head in HEADS for tail in TAILS]
_ENGLISH_RARER = [head + middle + tail for head in HEADS for middle in MIDDLES for tail in TAILS]
_MAORI_RARE = [(a + b + c).capitalize() for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES if a != b != c]
_PASIFIKA_RARE = [
    (a + b + c).capitalize() for a in PASIFIKA_SYLLABLES for b in PASIFIKA_SYLLABLES for c in PASIFIKA_SYLLABLES if a != b != c
]


@dataclass(frozen=True)
class People:
    """Those whose names fall alike: their share of a hundred, and what they are called."""

    share: int
    given: Falling
    family: Falling
    also: int = 0  # of a hundred, how many have an English family name

    def name(self, luck: random.Random) -> str:
        """One or two given, one or two family names."""
        given = self.given.draw(luck)
        if luck.random() < 0.3 and (second := self.given.draw(luck)) != given:
            given = f"{given} {second}"
        families = ENGLISH.family if luck.random() * 100 < self.also else self.family
        family = families.draw(luck)
        if luck.random() < 0.05 and (other := self.family.draw(luck)) != family:
            family = f"{family}-{other}"
        return f"{given} {family}"


ENGLISH = People(
    58, _falling(ENGLISH_GIVEN, head=15),
    _falling(ENGLISH_FAMILY + _mixed(_ENGLISH_RARE) + _mixed(_ENGLISH_RARER), head=30),
)  # fmt: skip
ALL = (
    ENGLISH,
    People(16, _falling(MAORI_GIVEN + ENGLISH_GIVEN, head=10), _falling(MAORI_FAMILY + _mixed(_MAORI_RARE), head=30), also=40),
    People(8, _falling(PASIFIKA_GIVEN + ENGLISH_GIVEN, head=10), _falling(PASIFIKA_FAMILY + _mixed(_PASIFIKA_RARE), head=30)),
    People(6, _falling(CHINESE_GIVEN, head=10), _falling(CHINESE_FAMILY, head=3)),
    People(6, _falling(INDIAN_GIVEN, head=10), _falling(INDIAN_FAMILY, head=3)),
    People(6, _falling(OTHER_GIVEN, head=10), _falling(OTHER_FAMILY, head=8), also=15),
)
_SHARES = list(accumulate(people.share for people in ALL))


def name(luck: random.Random) -> str:
    """A name, macrons and all."""
    return ALL[bisect(_SHARES, luck.random() * _SHARES[-1])].name(luck)


def address(luck: random.Random) -> str:
    return f"{int(luck.random() * 280) + 1} {pick(luck, STREETS)} {pick(luck, KINDS)}, {pick(luck, TOWNS)}"


def phone(luck: random.Random) -> str:
    """A mobile number of this country (E.164), or none: six in ten have said theirs."""
    return f"+642155{int(luck.random() * 1_000_000):06}" if luck.random() < 0.6 else ""


def pick(luck: random.Random, among: Sequence[Something]) -> Something:
    """One of these; `Random.choice` takes four times as long."""
    return among[int(luck.random() * len(among))]
