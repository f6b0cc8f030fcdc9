<?php
/**
 * What stands in a content or a theme by hand: the shortcode, the template function; and feeds.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Bars that somebody placed, and buttons where no bar can stand.
 */
final class Embeds {

	/**
	 * Hooks in.
	 */
	public static function hooks() {
		add_shortcode( 'buttond', array( __CLASS__, 'shortcode' ) );
		add_filter( 'the_content_feed', array( __CLASS__, 'add_to_feed' ) );
		Buffer_Embeds::hooks();
		require_once __DIR__ . '/template-functions.php';
	}

	/**
	 * The shortcode: `[buttond url=".." text=".." style=".." size=".." label=".." places="bluesky,email"]`, all of it optional.
	 *
	 * @param array|string $attributes What its author wrote, maybe without any right to HTML.
	 * @return string HTML.
	 */
	public static function shortcode( $attributes ) {
		$known = array(
			'url'     => '',
			'text'    => '',
			'style'   => '',
			'size'    => '',
			'label'   => '',
			'minimum' => '',
			'places'  => null,
		);
		$given = array_filter( shortcode_atts( $known, $attributes, 'buttond' ), 'is_string' );
		$args  = self::clean( $given );
		if ( isset( $given['url'] ) && '' !== trim( $given['url'] ) && ! isset( $args['url'] ) ) {
			return ''; // A link that may not be shared is not replaced by another one.
		}
		$post = get_post();
		return $post ? Bar::for_post( $post->ID, $args ) : '';
	}

	/**
	 * The arguments of a bar out of words that anybody wrote: known ones only.
	 *
	 * @param array $given Strings; `places` is a list, separated by commas or blanks.
	 * @return array
	 */
	public static function clean( array $given ) {
		$args = array();
		$link = isset( $given['url'] ) ? Button::link( $given['url'] ) : '';
		if ( '' !== $link ) {
			$args['url'] = $link;
		}
		foreach ( array( 'text', 'label' ) as $key ) {
			$words = isset( $given[ $key ] ) ? Button::words( $given[ $key ] ) : '';
			if ( '' !== $words ) {
				$args[ $key ] = $words;
			}
		}
		foreach ( array( 'style', 'size' ) as $key ) {
			if ( isset( $given[ $key ] ) && in_array( $given[ $key ], Settings::CHOICES[ $key ], true ) ) {
				$args[ $key ] = $given[ $key ];
			}
		}
		if ( isset( $given['minimum'] ) && ctype_digit( $given['minimum'] ) ) {
			$args['minimum'] = min( 1000000000, (int) $given['minimum'] );
		}
		if ( isset( $given['places'] ) ) {
			$args['places'] = array_values( array_intersect( wp_parse_list( strtolower( $given['places'] ) ), array_keys( Settings::places() ) ) );
		}
		return $args;
	}

	/**
	 * The drawing with a link at the end of a post in a feed, where the settings say so.
	 *
	 * @param string $content HTML.
	 * @return string
	 */
	public static function add_to_feed( $content ) {
		$post     = get_post();
		$settings = Settings::get();
		if ( ! $settings['feeds'] || '' === $settings['server'] || ! $post || ! in_array( $post->post_type, $settings['post_types'], true )
			|| ! Placement::is_public( $post ) || Off_Mark::is_on( $post->ID ) ) {
			return $content;
		}
		$args = Button::arguments( Bar::shared( $post ) );
		return '' === $args['url'] ? $content : $content . '<p>' . Button::image( $args ) . '</p>';
	}
}
