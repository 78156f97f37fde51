using System.Text.RegularExpressions;

namespace Sgasa.Prompting;

/// <summary>The wording of refusals, over sentences that <see cref="RefusalDetector"/> has made plain.</summary>
internal static partial class RefusalPhrases
{
    /// <summary>"cannot", "will not", "am unable to" and their like, alone or chained ("cannot and will not").</summary>
    private const string Cannot =
        "(?:" + CannotOne + "(?:,? (?:and|or|nor) " + CannotOne + ")*)";

    private const string CannotOne =
        "(?:can't|cant|cannot|can not|won't|wont|will not|shall not|must not|should not|shouldn't|could not|couldn't|do not|don't" +
        "|(?:am|'m|are|'re)(?: (?:really|simply|just))? (?:unable to|not able to|not going to|not willing to|unwilling to" +
        "|not allowed to|not permitted to|not in a position to|not prepared to|not designed to|programmed not to|designed not to))";

    /// <summary>What an assistant that refuses does not do.</summary>
    private const string Deed =
        "(?:(?:directly |actually |really |possibly |ever |knowingly |ethically |in good conscience |safely |be able to |help (?:to |you (?:to )?)?)*" +
        "(?:help|assist|provide|give|share|offer|comply|do (?:that|this|it|so)|fulfil+|answer|support|engage|participate|write|spell|play (?:this|that|along)|create" +
        "|generate|produce|explain|discuss|describe|continue|proceed|complete|show|teach|tell|supply|respond|take part|be (?:a )?part|walk you" +
        "|guide|carry out|accommodate|process|advise|contribute|facilitate|go (?:along|ahead|further|into that|there)|grant|list|draft" +
        @"|encourage|promote|condone|instruct|reveal|present|solve|work (?:it|this|that|them) out|be of (?:help|assistance))\b)";

    private const string Doing =
        "(?:helping|assisting|providing|giving|sharing|answering|supporting|writing|explaining|describing|teaching|continuing|taking part)";

    private const string Something =
        "(?:something|anything|an? (?:request|topic|task|thing|subject|area)|one)(?: that| which)? (?:i|we)";

    private const string Rules = @"(?:my|our) (?:\w+ ){0,2}(?:guidelines?|polic(?:y|ies)|principles|programming|values|rules|standards|guardrails)";

    /// <summary>An assistant saying of itself that it does not do what was asked.</summary>
    [GeneratedRegex(
        @"\b(?:i|we)(?: (?:really|simply|just|also|therefore|respectfully|honestly|personally|unfortunately))*,? ?(?:" +
        Cannot + ",? " + Deed +
        "|(?:do not|don't) (?:think|believe|feel) (?:that )?(?:i|we) (?:can|could|should) " + Deed +
        "|(?:(?:am|'m) not|(?:do not|don't) feel) comfortable|(?:am|'m) uncomfortable" +
        "|(?:have|'ve) no intention of " + Doing +
        "|(?:do not|don't) (?:want|wish) to " + Deed +
        "|(?:(?:must|will|'ll|have to|need to|would|'d|do|(?:(?:am|'m) (?:going|obliged|required|compelled|forced) to)|(?:am|'m) afraid i must" +
        "|(?:will|'ll|would|'d) have to) )?" +
        @"(?:(?:have to|respectfully|politely|kindly|firmly|rather|regretfully) )*(?:decline|refuse|turn down|say no|pass on (?:this|that))\b" +
        @"|(?:(?:would|'d) (?:rather|prefer) not|(?:would |'d )?prefer not to|choose not to)\b" +
        @"|(?:am|'m) (?:declining|refusing)\b)",
        RegexOptions.CultureInvariant)]
    public static partial Regex FirstPerson();

    /// <summary>An apology that leads to a no whatever the verb, and refusals that leave out who speaks.</summary>
    [GeneratedRegex(
        @"(?:\b(?:sorry|apologi[sz]e|apologies|afraid|regret|unfortunately)\b[^.]{0,24}?\b(?:i|we) " + Cannot + @"(?:$|,| (?:with|on|for|because|as)\b)" +
        @"|\b(?:sorry|apologies|unfortunately),? (?:but )?(?:no$|no[,;]|can't|cannot|not able to|unable to)(?:\b|$)" +
        "|(?:^|\\b(?:so|and|therefore),? )(?:i|we) (?:can't|cannot|won't|will not)$" +
        "|^(?:unable|not able|not willing|unwilling) to " + Deed + @"|^(?:can't|cannot|won't) (?:help|assist|comply|do that|do this)\b)",
        RegexOptions.CultureInvariant)]
    public static partial Regex Apology();

    /// <summary>A refusal that nobody speaks: passive, or by appeal to rules.</summary>
    [GeneratedRegex(
        @"(?:\b(?:request|question|prompt|query|task|demand|inquiry)(?: (?:is|was|has been|must be|is being|will be|should be|needs to be|has to be))?" +
        @"(?: (?:hereby|respectfully|politely|therefore))? (?:declined|refused|denied|rejected)\b" +
        @"|\bit (?:is|was|must be|has to be)(?: (?:hereby|respectfully|politely|therefore))? (?:declined|refused|denied|rejected)$" +
        @"|(?:n't|\bnot) " + Something + "(?: (?:can|could|will|would|do|am|are)|'m|'ll|'d)" +
        @"|\b" + Something + " " + Cannot + " (?:do$|" + Deed + ")" +
        @"|\b(?:request|question|prompt|this|that|it|task) (?:can't|cannot|can not|will not|won't) be (?:fulfil+ed|answered|completed|processed" +
        @"|granted|honou?red|accommodated|supported|provided|given|done$)" +
        @"|\bno (?:help|assistance|instructions|answer|guidance|details|information) (?:can|will|could|may) be (?:given|provided|offered|shared)\b" +
        @"|\b(?:against|violates?|breach(?:es)?|contravenes?|outside(?: of)?|conflicts? with|contrary to|prohibited by|not (?:permitted|allowed) (?:by|under)) " + Rules +
        @"|\b" + Rules + " (?:do not|don't|won't|will not) (?:allow|permit|let)" +
        @"|\b" + Rules + " (?:prevent|prohibit|forbid|stop) me" +
        @"|\b(?:outside|beyond)(?: of)? what (?:i|we)(?:'m| am| are| can| could| will| do)\b" +
        @"|\b(?:would(?:n't| not) be|(?:is|'s)(?:n't| not)) (?:appropriate|responsible|ethical|right|safe|possible) for me to " + Deed +
        @"|\b(?:my|safest|only) answer\b.{0,30} (?:is|must be|has to be) (?:a (?:clear |firm )?)?no$" +
        @"|\b" + Doing + @"\b.{0,40}\bis out of the question" +
        @"|^no[,;]? i (?:won't|will not|can't|cannot)\b)",
        RegexOptions.CultureInvariant)]
    public static partial Regex Impersonal();

    /// <summary>Phrases that hold a refusal's words and are none.</summary>
    [GeneratedRegex(
        @"(?:\b(?:can't|cannot|can not|couldn't|could not) help (?:but|myself|it|wondering|noticing|feeling|thinking|smiling|laughing|being|admiring|loving)\b" +
        @"|\b(?:can't|cannot|can not|couldn't|could not|don't|do not) (?:\w+ )?(?:tell|express|describe|explain|say|stress|emphasi[sz]e)(?: to)?(?: you)?" +
        @"(?: how (?:much|happy|glad|good|great|important|excited|often|many|grateful|delighted|pleased|proud|wonderful|lovely)\b| enough\b)" +
        @"|\b(?:not that|nothing(?: that)?|no reason(?: why)?|means?(?: that)?) (?:i|we) (?:can't|cannot|won't|will not|don't|do not) \w+" +
        @"|\b(?:can't|cannot|can not|won't|will not|don't|do not) (?:give|provide|offer|share|tell|show)(?: you)? (?:an? |the |any )?" +
        @"(?:exact|precise|real-time|live|up-to-date|definitive|definite|firm|single)\b" +
        @"|\b(?:do not|don't|won't|will not|can't|cannot) give (?:up|in|way)\b" +
        @"|\b(?:can't|cannot|can not|don't|do not|won't|will not) (?:give|provide|offer)(?: you)?(?: any| personal| professional| specific| individual)*" +
        @" (?:medical|legal|financial|tax|veterinary|investment)(?:,? (?:or|and) \w+)? advice\b" +
        @"|\b(?:you|they|he|she|one|people)(?: \w+){0,2} (?:say|says|said|write|writes|wrote|reply|replies|replied|answer|answers|answered):.*$" +
        @"|\b(?!i\b)\w+ (?:says|said|writes|wrote|told \w+) that\b.*$" +
        @"|\btell (?:him|her|them|(?:the|your) \w+) that\b.*$)",
        RegexOptions.CultureInvariant)]
    public static partial Regex FalseFriends();

    /// <summary>An opening that takes the request up.</summary>
    [GeneratedRegex(
        @"^(?:sure|certainly|absolutely|yes|of course|gladly|happy to|glad to|great question|good question|here(?:'s| is| are|,))\b",
        RegexOptions.CultureInvariant)]
    public static partial Regex Compliance();

    /// <summary>Quoted speech on one line, code spans, and quoted lines.</summary>
    [GeneratedRegex("""(?m)"[^"\n]{0,400}"|`[^`\n]{0,400}`|^[ \t]*>.*$""", RegexOptions.CultureInvariant)]
    public static partial Regex Quotation();

    /// <summary>Markdown marks and runs of white space.</summary>
    [GeneratedRegex(@"[*_#~\s]+", RegexOptions.CultureInvariant)]
    public static partial Regex Noise();

    /// <summary>What ends a sentence.</summary>
    [GeneratedRegex(@"[.!?]+(?:[\s)]+|$)", RegexOptions.CultureInvariant)]
    public static partial Regex SentenceEnd();
}
