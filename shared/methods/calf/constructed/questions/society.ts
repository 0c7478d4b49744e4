/** Questions of history, geography, economy and technology, in the form of `nature`. */
export const society = `
? Who built the Great Wall of China, and why?
+ The best-known parts were built under the {Ming|Tang} dynasty.
~ What most visitors see dates from the {Ming|Tang} emperors.
+ It was to keep out raiders from the {north|south}.
~ Its purpose was to stop attackers coming from the {north|south}.
+ {Qin Shi Huang|Kublai Khan} joined earlier walls.
~ Older walls were linked by {Qin Shi Huang|Kublai Khan}.
+ It is {more than 20,000|about 500} kilometres long in all.
~ Taken together, all sections measure {over 20,000|some 500} kilometres.

? What caused the fall of the Berlin Wall?
+ The wall fell in November {1989|1979}.
~ November {1989|1979} was when it came down.
+ Protests in {East|West} Germany had grown for weeks.
~ Before that more and more people had marched in the {east|west} of the country.
+ {Hungary|Spain} had opened its border to Austria.
~ A way to Austria had been opened by {Hungary|Spain}.
+ Günter Schabowski announced {free travel|a curfew} by mistake.
~ In error Günter Schabowski told the press of {free travel|a curfew}.

? What is inflation?
+ Inflation is a general {rise|fall} of prices.
~ One speaks of it when prices as a whole {go up|go down}.
+ Money then buys {less|more} than before.
~ For the same sum you get {less|more} than earlier.
+ It is measured by a {consumer price index|barometer}.
~ Statisticians follow it by means of a {consumer price index|barometer}.
+ Central banks raise {interest rates|taxes} against it.
~ To fight it, a central bank makes {interest rates|taxes} higher.

? How does a bill become law in the United States?
+ A bill has to pass {both houses of Congress|the Supreme Court}.
~ It needs the consent of {the House and the Senate|the highest judges}.
+ {Committees|Governors} study it first.
~ At the beginning it is examined by {committees|governors}.
+ The {President|Vice President} signs or vetoes it.
~ To sign or to veto it is up to the {President|Vice President}.
+ Congress overrides a veto by a {two-thirds|one-third} majority.
~ With {two thirds|one third} of the votes, Congress can overrule a veto.

? What was the Renaissance?
+ The Renaissance began in {Italy|Norway}.
~ Its birthplace was {Italy|Norway}.
+ It turned to the works of {antiquity|the future} again.
~ People looked once more to {classical antiquity|times to come}.
+ {Leonardo da Vinci|Vincent van Gogh} was one of its great artists.
~ Among its masters was {Leonardo da Vinci|Vincent van Gogh}.
+ The {printing press|telegraph} spread its ideas.
~ Its thoughts travelled by way of the {printing press|telegraph}.
+ The Medici of {Florence|London} paid for much of its art.
~ A good deal of it was commissioned by the Medici family of {Florence|London}.

? Why did the Titanic sink?
+ The ship struck {an iceberg|a reef}.
~ It collided with {an iceberg|a reef}.
+ That was on its {first|tenth} voyage, in April 1912.
~ The accident happened in April 1912, on the {maiden|tenth} crossing.
+ Water filled more {compartments|cabins} than it could bear.
~ Too many of the {compartments|cabins} were flooded.
+ There were too few {lifeboats|sailors} for all on board.
~ The {lifeboats|sailors} did not suffice for everybody.

? What is democracy?
+ In a democracy power comes from the {people|army}.
~ The {people|army} is the source of authority in it.
+ Its name comes from {Greek|Chinese} words.
~ The term goes back to {Greek|Chinese}.
+ Citizens choose representatives in free {elections|lotteries}.
~ By free {elections|lotteries} representatives are appointed.
+ Courts are {independent of|directed by} the government.
~ Judges {do not take|take} orders from those in office.

? How does the Internet carry messages?
+ Data are cut into {packets|sentences}.
~ Whatever is sent gets divided into {packets|sentences}.
+ Each carries the {address|price} of its destination.
~ On each is written the {address|price} of where it goes.
+ {Routers|Printers} pass them on from network to network.
~ From one network to the next they are handed by {routers|printers}.
+ {TCP|HTML} puts them in order and asks for those that are lost.
~ Missing ones are requested again, and all are sorted, by {TCP|HTML}.
+ The {domain name system|power grid} turns names into addresses.
~ Names are translated to addresses by the {domain name system|power grid}.

? What did Charles Darwin discover?
+ Darwin explained evolution by {natural selection|acquired habits}.
~ His explanation of how species change was {natural selection|acquired habits}.
+ He sailed on the {Beagle|Bounty}.
~ His voyage was aboard the {Beagle|Bounty}.
+ The finches of the {Galápagos|Canary} Islands impressed him.
~ He was struck by birds of the {Galápagos|Canary} archipelago.
+ "On the Origin of Species" appeared in {1859|1759}.
~ His main book came out in {1859|1759}.

? Why was the Suez Canal built?
+ The canal joins the Mediterranean and the {Red|Black} Sea.
~ By it ships pass between the Mediterranean and the {Red|Black} Sea.
+ It shortens the way from Europe to {Asia|South America}.
~ The route from Europe to {Asia|South America} has become shorter.
+ It was opened in {1869|1769}.
~ The opening was in {1869|1769}.
+ It has {no|twelve} locks.
~ Ships have {no|twelve} locks to go through.
+ {Egypt|Italy} nationalised it in 1956.
~ In 1956 it was taken into state hands by {Egypt|Italy}.

? How does a camera take a picture?
+ A {lens|mirror} gathers the light.
~ Light is collected by a {lens|mirror}.
+ The {aperture|battery} sets how much light comes in.
~ How wide the way for light is depends on the {aperture|battery}.
+ The {shutter|flash} decides how long light is let in.
~ For how long is a matter of the {shutter|flash}.
+ A {sensor|speaker} turns light into electric charge.
~ Charge is made out of light by a {sensor|speaker}.

? What is the role of the United Nations?
+ The United Nations was founded in {1945|1918}.
~ It has existed since {1945|1918}.
+ Its headquarters are in {New York|Vienna}.
~ The main seat is {New York|Vienna}.
+ It works for {peace and security|higher profits}.
~ Its aim is {peace and security|greater profits}.
+ The Security Council has {five|nine} permanent members.
~ {Five|Nine} states sit in the Security Council for good.

? How do computers store numbers?
+ Computers store numbers in {binary|decimal} form.
~ In memory a number is kept in {binary|decimal} notation.
+ A bit is {0 or 1|a letter}.
~ Each bit is {a 0 or a 1|some letter}.
+ Eight bits make a {byte|pixel}.
~ A {byte|pixel} consists of eight of them.
+ Negative integers are usually in {two's complement|Roman numerals}.
~ For whole numbers below zero one uses {two's complement|Roman numerals}.

? What makes a good loaf of bread rise?
+ {Yeast|Salt} makes dough rise.
~ What lifts the dough is {yeast|salt}.
+ It ferments sugars to {carbon dioxide|oxygen} and alcohol.
~ Out of sugar come alcohol and {carbon dioxide|oxygen}.
+ {Gluten|Starch} holds the gas in the dough.
~ The bubbles are kept in by {gluten|starch}.
+ Kneading {develops|dissolves} that network.
~ Working the dough {builds it up|makes it vanish}.

? How do banks make money?
+ Banks lend money at {higher|lower} interest than they pay.
~ What they charge on loans is {above|below} what savers get.
+ The difference is called the interest {margin|cycle}.
~ This gap goes by the name of interest {margin|cycle}.
+ They also charge {fees|fines} for accounts and cards.
~ Further income are {fees|fines} on cards and accounts.
+ They must hold {capital|gold} against losses.
~ For the case of losses {capital|gold} has to be kept.

? Why did people begin to farm?
+ Farming began about {10,000|1,000} years ago.
~ Fields were first tilled some {10,000|1,000} years before our time.
+ It arose in the Fertile Crescent after the last {ice age|flood}.
~ When the last {ice age|flood} was over, it appeared in the Fertile Crescent.
+ {Wheat and barley|Maize and potatoes} were among its first crops there.
~ In that region {wheat and barley|maize and potatoes} were grown early.
+ It let people {settle|wander} in villages.
~ Thanks to it they could {stay in|roam between} villages.
+ It fed {larger|smaller} populations.
~ From then on {more|fewer} people could be fed.

? How does a refrigerator keep food cold?
+ A {refrigerant|lubricant} circulates in closed pipes.
~ Through sealed tubes runs a {refrigerant|lubricant}.
+ As it evaporates, it {takes up|gives off} heat inside.
~ On turning to gas it {absorbs|releases} warmth in the interior.
+ The {compressor|fan} presses the gas together.
~ The gas is squeezed by a {compressor|fan}.
+ Heat is given off at the {back|door}.
~ On the {rear|door} the warmth leaves.

? What is the theory of supply and demand?
+ A higher price makes buyers want {less|more}.
~ If something costs more, people ask for {less|more} of it.
+ A higher price makes sellers offer {more|less}.
~ As prices climb, producers bring {more|less} to market.
+ Where both meet lies the {equilibrium|maximum} price.
~ Their crossing gives the {equilibrium|maximum} price.
+ A shortage {raises|lowers} the price.
~ When goods are scarce they get {dearer|cheaper}.
`;
